// The buyer pays on the provider's own page and comes back.

import { Icon } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useImperativeHandle } from 'react'
import { leaveFor } from './return'
import type { PaymentFormProps } from './provider'

export function RedirectForm({ ref, provider }: PaymentFormProps) {
  useImperativeHandle(ref, () => ({
    begin: () =>
      Promise.resolve({
        provider,
        flow: 'redirect' as const,
        return_url: `${location.origin}/finalizar/volta`,
        cancel_url: `${location.origin}/finalizar/volta`,
      }),
    act: (payment) => {
      const url = payment.action?.['url']
      if (typeof url !== 'string') return Promise.resolve({ left: false as const })
      leaveFor(payment, url)
      return Promise.resolve({ left: true as const })
    },
  }))
  return (
    <p className="flex items-start gap-3 text-muted">
      <Icon name="out" className="mt-0.5 size-5" />
      <Trans>Ao fazer o pedido, você vai à página segura do provedor e volta para cá depois de pagar.</Trans>
    </p>
  )
}
