import { useFormat } from '@commerce/i18n'
import { Badge, Button, EmptyState, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { products, statuses, type ProductItem, type ProductsSearch } from '../../data/catalog'
import { Page } from '../../frame/page'
import { Export, exports } from '../../parts/export'
import { availabilityText, availabilityTone, statusText, statusTone } from '../../parts/labels'
import { Thumb } from '../../parts/thumb'
import { useCategoryOptions } from '../../parts/tree-options'
import { DataTable } from '../../table/data-table'
import { SearchFilter, SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { ProductStock, useVisibleStock } from './stock-cell'

const BulkActions = lazy(() => import('./bulk'))
const QuickNew = lazy(() => import('./quick-new'))
const route = getRouteApi('/shell/produtos')

export function ProductsPage() {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(products(search))
  const categories = useCategoryOptions()
  const mayStock = useScopes().has('stock:read')
  const [visible, setVisible] = useState<[number, number]>([0, 0])
  const onVisible = useCallback(
    (first: number, last: number) => setVisible([first, last]),
    [],
  )
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data])
  const stock = useVisibleStock(rows, visible, mayStock)

  const change = useCallback(
    (next: ProductsSearch) => void navigate({ search: next, replace: false }),
    [navigate],
  )
  const setWords = useCallback(
    (q: string | undefined) =>
      void navigate({ search: (before: ProductsSearch) => ({ ...before, q }), replace: true }),
    [navigate],
  )
  const columns = useColumns(stock)
  const open = (novo: true | undefined) => change({ ...search, novo })

  return (
    <Page
      fill
      title={t`Produtos`}
      actions={
        <>
          <Export name={t`produtos`} of={exports.products} />
          <Button size="small" icon="plus" onClick={() => open(true)}>
            <Trans>Novo produto</Trans>
          </Button>
        </>
      }
    >
      <DataTable
        page="products"
        label={t`Produtos`}
        columns={columns}
        query={query}
        rowId={(row) => String(row.id)}
        search={search}
        onSearch={change}
        usualSort={search.q ? undefined : '-popularity'}
        filtered={Boolean(search.q || search.status || search.category || search.stock)}
        onVisible={onVisible}
        filters={
          <>
            <SearchFilter label={t`Buscar nome ou SKU`} value={search.q} onChange={setWords} />
            <SelectFilter
              label={t`Situação`}
              all={t`Toda situação`}
              value={search.status}
              options={statuses.map((one) => [one, statusText(one)] as const)}
              onChange={(status) => change({ ...search, status })}
            />
            <SelectFilter
              label={t`Categoria`}
              all={t`Toda categoria`}
              value={search.category}
              options={categories.map(([slug, text]) => [slug, text] as const)}
              onChange={(category) => change({ ...search, category })}
            />
            <SelectFilter
              label={t`Estoque`}
              all={t`Com ou sem estoque`}
              value={search.stock}
              options={[
                ['in', t`Com estoque`],
                ['out', t`Esgotados`],
              ]}
              onChange={(stock) => change({ ...search, stock })}
            />
          </>
        }
        bulk={(picked, clear) => (
          <Suspense fallback={null}>
            <BulkActions rows={picked} clear={clear} />
          </Suspense>
        )}
        card={(row) => <Card row={row} stock={stock.get(row.id)} />}
        empty={
          <EmptyState
            title={<Trans>Ainda não há produtos</Trans>}
            action={
              <Button icon="plus" onClick={() => open(true)}>
                <Trans>Novo produto</Trans>
              </Button>
            }
          />
        }
      />
      <Suspense fallback={null}>
        <QuickNew open={search.novo ?? false} onClose={() => open(undefined)} />
      </Suspense>
    </Page>
  )
}

type Stock = ReturnType<typeof useVisibleStock>

function useColumns(stock: Stock): Column<ProductItem>[] {
  const { t } = useLingui()
  const format = useFormat()
  const may = useScopes().has('stock:read')
  return [
    {
      id: 'name',
      header: t`Produto`,
      sort: 'name',
      fixed: true,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-3">
          <Thumb url={row.images[0]?.url} />
          <Link
            to="/produtos/$id"
            params={{ id: String(row.id) }}
            className="truncate font-medium text-ink no-underline hover:underline"
          >
            {row.name}
          </Link>
        </span>
      ),
    },
    {
      id: 'status',
      header: t`Situação`,
      width: 6.5,
      cell: (row) => <Badge tone={statusTone[row.status]}>{statusText(row.status)}</Badge>,
    },
    {
      id: 'category',
      header: t`Categoria`,
      width: 8,
      cell: (row) => row.categories.map(({ name }) => name).join(', ') || '—',
    },
    {
      id: 'price',
      header: t`Preço`,
      sort: 'price',
      width: 8,
      end: true,
      cell: (row) => <span className="money">{format.money(row.price)}</span>,
    },
    ...(may
      ? [
          {
            id: 'stock',
            header: t`Estoque`,
            width: 10.5,
            end: true,
            cell: (row: ProductItem) => <ProductStock product={row} levels={stock.get(row.id)} />,
          },
        ]
      : []),
    {
      id: 'availability',
      header: t`Disponível`,
      width: 8,
      cell: (row) => (
        <Badge tone={availabilityTone[row.availability]}>{availabilityText(row.availability)}</Badge>
      ),
    },
    {
      id: 'updated_at',
      header: t`Mudou em`,
      width: 9.5,
      extra: true,
      cell: (row) => format.stamp(row.updated_at),
    },
    {
      id: 'created_at',
      header: t`Criado em`,
      sort: 'created_at',
      descending: true,
      width: 8,
      extra: true,
      cell: (row) => format.date(row.created_at),
    },
    { id: 'id', header: t`Código`, width: 6, end: true, extra: true, cell: (row) => row.id },
    { id: 'slug', header: t`Endereço`, width: 14, extra: true, cell: (row) => row.slug },
  ]
}

function Card({ row, stock }: { row: ProductItem; stock: Parameters<typeof ProductStock>[0]['levels'] }) {
  const format = useFormat()
  return (
    <div className="grid gap-2">
      <div className="flex items-start gap-3">
        <Thumb url={row.images[0]?.url} className="size-11" />
        <div className="min-w-0 grow">
          <Link
            to="/produtos/$id"
            params={{ id: String(row.id) }}
            className="block font-medium text-ink no-underline hover:underline"
          >
            {row.name}
          </Link>
          <p className="money text-sm text-muted">{format.money(row.price)}</p>
        </div>
        <Badge tone={statusTone[row.status]}>{statusText(row.status)}</Badge>
      </div>
      <div className="flex items-center justify-between gap-2">
        <Badge tone={availabilityTone[row.availability]}>{availabilityText(row.availability)}</Badge>
        <ProductStock product={row} levels={stock} />
      </div>
    </div>
  )
}
