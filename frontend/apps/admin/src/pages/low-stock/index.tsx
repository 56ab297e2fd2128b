import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, Dialog, EmptyState, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Page } from '../../frame/page'
import { live } from '../../live'
import { availabilityText, availabilityTone } from '../../parts/labels'
import { MoveForm } from '../../parts/move-form'
import type { TableSearch } from '../../search'
import { DataTable } from '../../table/data-table'
import type { Column } from '../../table/types'

const route = getRouteApi('/shell/estoque/baixo')

type Low = Schemas['LowStock']

export function LowStockPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useScopes().has('stock:write')
  const [receiving, setReceiving] = useState<Low | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['stock', 'low'],
    ...live('products'),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/api/v1/stock/low', { signal, params: { query: { limit: 100, cursor: pageParam } } })),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const name = (row: Low) => (
    <Link
      to="/produtos/$id"
      params={{ id: String(row.product_id) }}
      className="font-medium text-ink no-underline hover:underline"
    >
      {row.name}
    </Link>
  )
  const mark = (row: Low) => (
    <Badge tone={availabilityTone[row.availability]}>{availabilityText(row.availability)}</Badge>
  )
  const receive = (row: Low) =>
    may && (
      <Button size="small" look="quiet" onClick={() => setReceiving(row)}>
        <Trans>Dar entrada</Trans>
        <span className="sr-only">{row.sku}</span>
      </Button>
    )
  const columns: Column<Low>[] = [
    { id: 'name', header: t`Produto`, fixed: true, cell: name },
    {
      id: 'sku',
      header: t`SKU`,
      width: 14,
      cell: (row) => (
        <Link to="/estoque" search={{ q: row.sku }} className="font-mono text-xs text-ink no-underline hover:underline">
          {row.sku}
        </Link>
      ),
    },
    { id: 'availability', header: t`Disponível`, width: 8, cell: mark },
    { id: 'available', header: t`Livre`, width: 5.5, end: true, cell: (row) => format.number(row.available) },
    { id: 'reserved', header: t`Reservado`, width: 6.5, end: true, cell: (row) => format.number(row.reserved) },
    { id: 'threshold', header: t`Mínimo`, width: 5.5, end: true, cell: (row) => format.number(row.threshold) },
    { id: 'receive', header: t`Ações`, width: 9, end: true, fixed: true, cell: receive },
  ]
  return (
    <Page
      fill
      title={t`Estoque baixo`}
      crumbs={[{ to: '/estoque', label: t`Estoque` }]}
      note={<Trans>O que está à venda e acabou, ou chegou ao mínimo, somando todos os locais.</Trans>}
    >
      <DataTable
        page="low-stock"
        label={t`Estoque baixo`}
        columns={columns}
        query={query}
        rowId={(row) => String(row.variant_id)}
        search={search}
        onSearch={(next: TableSearch) => void navigate({ search: next })}
        card={(row) => (
          <div className="grid gap-1.5">
            <div className="flex items-start justify-between gap-2">
              <div className="min-w-0">
                {name(row)}
                <p className="font-mono text-xs text-muted">{row.sku}</p>
              </div>
              {mark(row)}
            </div>
            <div className="flex items-center justify-between gap-2 text-sm">
              <span>
                <Trans>
                  {format.number(row.available)} livres; mínimo {format.number(row.threshold)}
                </Trans>
              </span>
              {receive(row)}
            </div>
          </div>
        )}
        empty={
          <EmptyState icon="check" title={<Trans>Nada está baixo</Trans>}>
            <Trans>Tudo o que está à venda passa do mínimo.</Trans>
          </EmptyState>
        }
      />
      <Dialog open={receiving !== null} onClose={() => setReceiving(null)} title={t`Lançar movimento`}>
        {receiving && (
          <MoveForm
            variant={{ id: receiving.variant_id, text: `${receiving.name} · ${receiving.sku}` }}
            done={() => setReceiving(null)}
          />
        )}
      </Dialog>
    </Page>
  )
}
