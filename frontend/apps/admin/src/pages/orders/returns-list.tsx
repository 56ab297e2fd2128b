// The returns of all orders; one is opened beside them and dealt with there.

import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Dialog, EmptyState, ErrorState, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { RETURN_STATUSES, type ReturnsSearch } from '../../areas/sales'
import { Page } from '../../frame/page'
import { live } from '../../live'
import { DataTable } from '../../table/data-table'
import { SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { order as orderQuery, orderReturns, type Return } from './data'
import { ReturnEntry } from './returns'
import { ReturnBadge, returnName } from './status'

const route = getRouteApi('/shell/devolucoes')

export function ReturnsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { status } = search
  const query = useInfiniteQuery({
    ...live('orders'),
    queryKey: ['orders', 'returns', { status }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/returns', {
          signal,
          params: { query: { status, limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const onSearch = (next: ReturnsSearch) => void navigate({ search: next, replace: true })
  const show = (one: Return | null) =>
    void navigate({ search: { ...search, aberta: one ? `${one.order_id}.${one.number}` : undefined } })

  const name = (one: Return) => (
    <button type="button" className="link font-semibold" onClick={() => show(one)}>
      <Trans>
        Pedido {one.order_number}, devolução {one.number}
      </Trans>
    </button>
  )
  const units = (one: Return) => one.items.reduce((sum, item) => sum + item.quantity, 0)
  const columns: Column<Return>[] = [
    { id: 'return', header: t`Devolução`, width: 14.5, fixed: true, cell: name },
    { id: 'status', header: t`Situação`, width: 8, cell: (one) => <ReturnBadge status={one.status} /> },
    {
      id: 'items',
      header: t`O que volta`,
      cell: (one) => one.items.map((item) => `${format.number(item.quantity)} × ${item.name}`).join(', '),
    },
    { id: 'reason', header: t`Motivo`, width: 9, cell: (one) => one.reason },
    {
      id: 'refunded',
      header: t`Devolvido`,
      width: 7.5,
      end: true,
      cell: (one) => one.refunded.amount > 0 && <span className="money">{format.money(one.refunded)}</span>,
    },
    { id: 'created', header: t`Pedida em`, width: 9.5, cell: (one) => format.stamp(one.created_at) },
    {
      id: 'received',
      header: t`Recebida em`,
      width: 10,
      extra: true,
      cell: (one) => one.received_at && format.stamp(one.received_at),
    },
  ]

  return (
    <Page title={t`Devoluções`} fill>
      <DataTable
        page="returns"
        label={t`Devoluções`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={Boolean(status)}
        empty={
          <EmptyState icon="back" title={<Trans>Nenhuma devolução</Trans>}>
            <Trans>O que os compradores quiserem devolver aparece aqui.</Trans>
          </EmptyState>
        }
        filters={
          <SelectFilter
            label={t`Situação`}
            all={t`Toda situação`}
            value={status}
            options={RETURN_STATUSES.map((one) => [one, returnName(one)] as const)}
            onChange={(next) => onSearch({ ...search, status: next })}
          />
        }
        card={(one) => (
          <>
            <div className="flex items-start justify-between gap-3">
              {name(one)}
              <ReturnBadge status={one.status} />
            </div>
            <p className="mt-1 flex justify-between gap-3 text-sm text-muted">
              <span>
                <Trans>{format.number(units(one))} un.</Trans>
              </span>
              <span>{format.dateTime(one.created_at)}</span>
            </p>
          </>
        )}
      />
      <ReturnDialog of={search.aberta} close={() => show(null)} />
    </Page>
  )
}

/** `of` is the order's id and the number of the return of it. */
function ReturnDialog({ of, close }: { of: string | undefined; close: () => void }) {
  const { t } = useLingui()
  const [id = '', number] = of?.split('.') ?? []
  const order = useQuery({ ...orderQuery(id), enabled: of !== undefined })
  const returns = useQuery({ ...orderReturns(id), enabled: of !== undefined })
  const one = returns.data?.find((each) => String(each.number) === number)
  const error = order.error ?? returns.error
  const gone = isProblem(error, 'order_not_found') || (returns.data && !one)
  return (
    <Dialog
      open={of !== undefined}
      onClose={close}
      title={order.data ? t`Devolução do pedido ${order.data.number}` : t`Devolução`}
    >
      {order.data && one ? (
        <>
          <p>
            <Link to="/pedidos/$id" params={{ id: String(order.data.number) }} className="link">
              <Trans>Ver o pedido</Trans>
            </Link>
            {order.data.name && <span className="text-muted"> · {order.data.name}</span>}
          </p>
          <ReturnEntry order={order.data} of={one} />
        </>
      ) : gone ? (
        <p>
          <Trans>Não há esta devolução.</Trans>
        </p>
      ) : error ? (
        <ErrorState error={error} retry={() => Promise.all([order.refetch(), returns.refetch()])} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Dialog>
  )
}
