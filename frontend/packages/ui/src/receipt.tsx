// The receipt of an order, a page to keep and to print.

import { api, ok } from '@commerce/api'
import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from './download'

interface ReceiptProps {
  order: { id: string; number: number }
}

export function Receipt({ order: { id, number } }: ReceiptProps) {
  const { t } = useLingui()
  // Within the app its style would be the app's to allow: it is a file.
  const page = () =>
    ok(api.GET('/api/v1/orders/{id}/receipt', { params: { path: { id } }, parseAs: 'blob' }))
  return (
    <Download of={page} name={() => `${t`recibo-${number}`}.html`}>
      <Trans>Recibo</Trans>
    </Download>
  )
}
