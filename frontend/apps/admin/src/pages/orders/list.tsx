import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { EmptyState } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ORDER_STATUSES, type OrdersSearch } from '../../areas/sales'
import { findCustomers } from '../../form/find'
import { PickFilter } from '../../form/pick-filter'
import { Page } from '../../frame/page'
import { live } from '../../live'
import { Export, exports } from '../../parts/export'
import { DataTable } from '../../table/data-table'
import { DayFilter, SearchFilter, SelectFilter, Span } from '../../table/filters'
import type { Column } from '../../table/types'
import { customer as customerQuery } from '../people/data'
import type { Order } from './data'
import { fulfilmentName } from './parcels'
import { OrderBadge, statusName } from './status'

const route = getRouteApi('/shell/pedidos')

/** The moment that a day begins at here, or the one after it. */
function dawn(day: string, after = 0): string {
  const date = new Date(`${day}T00:00`)
  date.setDate(date.getDate() + after)
  return date.toISOString()
}

/** The order with this number, as a page of its own. */
async function byNumber(number: string, signal: AbortSignal) {
  try {
    const one = await ok(
      api.GET('/api/v1/orders/{id}', { signal, params: { path: { id: number } } }),
    )
    return { data: [one], page: { limit: 1, next: null, has_more: false, total: 1 } }
  } catch (error) {
    if (isProblem(error) && error.status === 404) return null
    throw error
  }
}

async function page(search: OrdersSearch, cursor: string | undefined, signal: AbortSignal) {
  if (search.q && /^\d{1,18}$/.test(search.q)) {
    const found = await byNumber(search.q, signal)
    if (found) return found
  }
  return ok(
    api.GET('/api/v1/orders', {
      signal,
      params: {
        query: {
          status: search.status,
          customer_id: search.cliente,
          placed_from: search.de && dawn(search.de),
          placed_to: search.ate && dawn(search.ate, 1),
          reference: search.q,
          limit: 50,
          count: 'estimated',
          cursor,
        },
      },
    }),
  )
}

export function OrdersPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: OrdersSearch) => void navigate({ search: next, replace: true })
  const { status, de, ate, q, cliente } = search
  const query = useInfiniteQuery({
    ...live('orders'),
    queryKey: ['orders', 'list', { status, de, ate, q, cliente }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => page(search, pageParam, signal),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

  const number = (order: Order) => (
    <Link to="/pedidos/$id" params={{ id: String(order.number) }} className="link font-semibold">
      {order.number}
    </Link>
  )
  const columns: Column<Order>[] = [
    { id: 'number', header: t`Número`, width: 7, fixed: true, cell: number },
    {
      id: 'placed',
      header: t`Quando`,
      width: 12,
      cell: (order) => format.stamp(order.placed_at),
    },
    { id: 'status', header: t`Status`, width: 13, cell: (order) => <OrderBadge order={order} /> },
    { id: 'buyer', header: t`Comprador`, cell: (order) => <BuyerName order={order} /> },
    {
      id: 'items',
      header: t`Itens`,
      width: 6,
      end: true,
      cell: (order) => format.number(order.items.reduce((sum, one) => sum + one.quantity, 0)),
    },
    {
      id: 'total',
      header: t`Total`,
      width: 9,
      end: true,
      cell: (order) => <span className="money font-semibold">{format.money(order.total)}</span>,
    },
    {
      id: 'method',
      header: t`Pagamento`,
      width: 10,
      extra: true,
      cell: (order) => order.payment_method,
    },
    {
      id: 'shipping',
      header: t`Entrega`,
      width: 10,
      extra: true,
      cell: (order) => order.shipping_method,
    },
    {
      id: 'parcels',
      header: t`Remessas`,
      width: 11,
      extra: true,
      cell: (order) => fulfilmentName(order.fulfilment_status),
    },
    { id: 'region', header: t`Região`, width: 7, extra: true, cell: (order) => order.region },
    {
      id: 'reference',
      header: t`Referência`,
      width: 12,
      extra: true,
      cell: (order) => order.reference,
    },
  ]

  return (
    <Page
      title={t`Pedidos`}
      fill
      actions={
        <Export
          name={t`pedidos`}
          of={() =>
            exports.orders({
              status,
              placed_from: de && dawn(de),
              placed_to: ate && dawn(ate, 1),
            })
          }
        />
      }
    >
      <DataTable
        page="orders"
        label={t`Pedidos`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={Boolean(status ?? de ?? ate ?? q ?? cliente)}
        empty={
          <EmptyState icon="bag" title={<Trans>Nenhum pedido ainda</Trans>}>
            <Trans>O primeiro aparece aqui assim que alguém comprar.</Trans>
          </EmptyState>
        }
        filters={
          <>
            <SearchFilter
              label={t`Número ou referência`}
              value={q}
              onChange={(next) => onSearch({ ...search, q: next })}
            />
            <SelectFilter
              label={t`Status`}
              all={t`Todos os status`}
              value={status}
              options={ORDER_STATUSES.map((one) => [one, statusName(one)] as const)}
              onChange={(next) => onSearch({ ...search, status: next })}
            />
            <Span>
              <DayFilter
                label={t`De`}
                value={de}
                onChange={(next) => onSearch({ ...search, de: next })}
              />
              <DayFilter
                label={t`Até`}
                value={ate}
                onChange={(next) => onSearch({ ...search, ate: next })}
              />
            </Span>
            <CustomerFilter
              value={cliente}
              onChange={(next) => onSearch({ ...search, cliente: next })}
            />
          </>
        }
        card={(order) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {number(order)}
              <span className="money font-semibold">{format.money(order.total)}</span>
            </div>
            <p className="truncate text-sm">
              <BuyerName order={order} />
            </p>
            <p className="mt-1 flex items-center justify-between gap-3 text-sm text-muted">
              {format.dateTime(order.placed_at)}
              <OrderBadge order={order} />
            </p>
          </>
        )}
      />
    </Page>
  )
}

function BuyerName({ order }: { order: Order }) {
  if (!order.name && !order.email) {
    return (
      <span className="text-muted">
        <Trans>Visitante</Trans>
      </span>
    )
  }
  return (
    <>
      {order.name ?? order.email}
      {order.name && order.email && <span className="text-muted"> · {order.email}</span>}
    </>
  )
}

function CustomerFilter({
  value,
  onChange,
}: {
  value: string | undefined
  onChange: (id: string | undefined) => void
}) {
  const { t } = useLingui()
  const { data } = useQuery({ ...customerQuery(value ?? ''), enabled: value !== undefined })
  return (
    <PickFilter
      text={<Trans>Cliente…</Trans>}
      chosen={value && (data?.name ?? t`Um cliente`)}
      title={t`Pedidos de um cliente`}
      label={t`Nome ou e-mail`}
      source="customers"
      search={findCustomers}
      onChange={onChange}
    />
  )
}
