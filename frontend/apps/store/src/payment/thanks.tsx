import { Alert } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Due } from './due'

interface ThanksProps {
  order: { number: number }
  due: Due
  /** What comes next, when all is well. */
  children: ReactNode
}

/** What the buyer wants to know first: whether it went well. */
export function Thanks({ order, due, children }: ThanksProps) {
  if (due === 'payment') {
    return (
      <Alert tone="warn">
        <p className="font-semibold">
          <Trans>O pedido {order.number} está reservado, e o pagamento ainda não passou.</Trans>
        </p>
        <p>
          <Trans>Tente de novo aqui mesmo, com este ou com outro cartão. Nada se perdeu.</Trans>
        </p>
      </Alert>
    )
  }
  return (
    <Alert tone="good">
      <p className="font-semibold">
        <Trans>Obrigado! O seu pedido foi feito.</Trans>
      </p>
      <p>
        {due === 'waiting' ? (
          <Trans>O pagamento está a caminho: esta página diz quando ele chegar.</Trans>
        ) : (
          children
        )}
      </p>
    </Alert>
  )
}
