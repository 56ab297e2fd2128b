// The receipt of an order, a page to keep and to print.

import { api, ok } from '@commerce/api'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { Button } from './button'
import { problemText } from './problem'
import { saveFile } from './save-file'
import { toast } from './toast'

interface ReceiptProps {
  order: { id: string; number: number }
}

export function Receipt({ order: { id, number } }: ReceiptProps) {
  const { t } = useLingui()
  const fetched = useMutation({
    mutationFn: () =>
      ok(api.GET('/api/v1/orders/{id}/receipt', { params: { path: { id } }, parseAs: 'blob' })),
    // Within the app its style would be the app's to allow: it is a file.
    onSuccess: (page) => saveFile(page as unknown as Blob, `${t`recibo-${number}`}.html`),
    onError: (error) => toast(problemText(error)),
  })
  return (
    <Button
      size="small"
      look="secondary"
      icon="download"
      busy={fetched.isPending}
      onClick={() => fetched.mutate()}
    >
      <Trans>Recibo</Trans>
    </Button>
  )
}
