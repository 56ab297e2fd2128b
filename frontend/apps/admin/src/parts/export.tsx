// A file of what a page shows, as the gateway streams it.

import { api, ok, type paths } from '@commerce/api'
import { Download } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'

type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

/** What can be exported, and by what it is narrowed. */
export const exports = {
  products: () => ok(api.GET('/api/v1/admin/exports/products', { parseAs: 'blob' })),
  stock: (query: Query<'/api/v1/admin/exports/stock'> = {}) =>
    ok(api.GET('/api/v1/admin/exports/stock', { params: { query }, parseAs: 'blob' })),
  orders: (query: Query<'/api/v1/admin/exports/orders'> = {}) =>
    ok(api.GET('/api/v1/admin/exports/orders', { params: { query }, parseAs: 'blob' })),
  customers: () => ok(api.GET('/api/v1/admin/exports/customers', { parseAs: 'blob' })),
}

interface ExportProps {
  /** Of the file; the day follows. */
  name: string
  of: () => Promise<unknown>
  /** What the button says, where it is not plain from the page. */
  children?: ReactNode
}

export function Export({ name, of, children }: ExportProps) {
  const { t } = useLingui()
  return (
    <Download
      of={of}
      name={() => `${name}-${new Date().toISOString().slice(0, 10)}.csv`}
      done={t`O arquivo está pronto.`}
    >
      {children ?? <Trans>Exportar</Trans>}
    </Download>
  )
}
