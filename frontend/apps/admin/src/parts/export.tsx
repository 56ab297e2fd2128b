// A file of what a page shows, as the gateway streams it.

import { api, ok, type paths } from '@commerce/api'
import { Button, problemText, saveFile, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

const file = (answer: Promise<unknown>) => answer as Promise<Blob>

/** What can be exported, and by what it is narrowed. */
export const exports = {
  products: () => file(ok(api.GET('/api/v1/admin/exports/products', { parseAs: 'blob' }))),
  stock: (query: Query<'/api/v1/admin/exports/stock'> = {}) =>
    file(ok(api.GET('/api/v1/admin/exports/stock', { params: { query }, parseAs: 'blob' }))),
  orders: (query: Query<'/api/v1/admin/exports/orders'> = {}) =>
    file(ok(api.GET('/api/v1/admin/exports/orders', { params: { query }, parseAs: 'blob' }))),
  customers: () => file(ok(api.GET('/api/v1/admin/exports/customers', { parseAs: 'blob' }))),
}

interface ExportProps {
  /** Of the file; the day follows. */
  name: string
  of: () => Promise<Blob>
  /** What the button says, where it is not plain from the page. */
  children?: ReactNode
}

export function Export({ name, of, children }: ExportProps) {
  const { t } = useLingui()
  const job = useMutation({
    mutationFn: of,
    onSuccess: (blob) => {
      saveFile(blob, `${name}-${new Date().toISOString().slice(0, 10)}.csv`)
      toast(t`O arquivo está pronto.`)
    },
    onError: (error) => toast(problemText(error)),
  })
  return (
    <Button
      size="small"
      look="secondary"
      icon="download"
      busy={job.isPending}
      onClick={() => job.mutate()}
    >
      {children ?? <Trans>Exportar</Trans>}
    </Button>
  )
}
