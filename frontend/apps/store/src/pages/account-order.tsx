import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, Dialog, ErrorState, Icon, Loading, problemText, Receipt } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { order as orderQuery, orderEvents, orderParcels, orderPayments, type Order } from '../data'
import { AddressLines, OrderLines, Status, Totals } from '../parts/order'
import { Parcels, Progress } from '../parts/progress'
import { MyReturns } from '../parts/returns'
import { creditOf, dueOf, standingOf } from '../payment/due'
import { PayOrder } from '../payment/pay-order'
import { Thanks } from '../payment/thanks'
import { orderRoute } from '../router'
import { NotFound } from './not-found'

export function OrderPage() {
  const { id } = orderRoute.useParams()
  const { novo } = orderRoute.useSearch()
  const query = useQuery(orderQuery(id))
  const order = query.data
  const paid = useMoney(order)

  if (isProblem(query.error, 'order_not_found')) return <NotFound />
  if (query.error && !order) {
    return <ErrorState error={query.error} retry={() => query.refetch()} />
  }
  if (!order) return <Loading />
  return (
    <>
      <Link to="/conta" className="link mb-3 inline-flex items-center gap-1 text-sm">
        <Icon name="left" className="size-4" />
        <Trans>Todos os pedidos</Trans>
      </Link>
      {novo && paid && (
        <div className="mb-5">
          <Thanks order={order} due={paid.due}>
            <Trans>O número dele é {order.number}. Cada passo aparece nesta página.</Trans>
          </Thanks>
        </div>
      )}
      <div className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-3xl font-bold">
          <Trans>Pedido {order.number}</Trans>
        </h1>
        <Status order={order} />
        <span className="grow" />
        <Receipt order={order} />
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[1.4fr_1fr]">
        <div className="grid gap-5">
          {paid?.due === 'payment' && (
            <PayOrder
              order={order}
              amount={paid.left}
              begun={paid.begun}
              title={<Trans>Pagar este pedido</Trans>}
              stale={['order', order.id]}
            />
          )}
          <section className="card p-5">
            <h2 className="mb-4 text-lg font-semibold">
              <Trans>O que você comprou</Trans>
            </h2>
            <OrderLines order={order} />
          </section>
          <section className="card p-5">
            <h2 className="mb-4 text-lg font-semibold">
              <Trans>Andamento</Trans>
            </h2>
            <div className="grid gap-6">
              <Progress status={order.status} far={order.fulfilment_status} />
              {order.fulfilment_status !== 'unfulfilled' && <Sent order={order} />}
              {order.kind === 'sale' && <MyReturns order={order} />}
              <Timeline id={order.id} />
            </div>
          </section>
        </div>
        <div className="grid gap-5">
          <section className="card p-5">
            <h2 className="mb-4 text-lg font-semibold">
              <Trans>Valores</Trans>
            </h2>
            <Totals order={order} credit={paid?.credit} />
          </section>
          {order.shipping_address && (
            <section className="card p-5">
              <h2 className="mb-3 text-lg font-semibold">
                <Trans>Entrega em</Trans>
              </h2>
              <AddressLines address={order.shipping_address} />
            </section>
          )}
          <Cancel order={order} />
        </div>
      </div>
    </>
  )
}

/** What is paid of an order, and by whom; undefined while it is not known. */
function useMoney(order: Order | undefined) {
  const open = order?.status === 'pending'
  const { data } = useQuery({
    ...orderPayments(order?.id ?? ''),
    enabled: order !== undefined,
    refetchInterval: open && 5_000,
  })
  if (!order || !data) return undefined
  const standing = standingOf(order, data)
  return {
    due: dueOf(order, standing),
    left: standing.left,
    credit: creditOf(order, data),
    begun: data.find(({ status }) => status === 'requires_action')?.id,
  }
}

function Sent({ order }: { order: Order }) {
  const { data, error, refetch } = useQuery(orderParcels(order.id))
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  const parcels = data
    ?.filter(({ status }) => status !== 'canceled')
    .map((parcel) => ({ ...parcel, shipped_at: parcel.created_at }))
  return <Parcels parcels={parcels ?? []} items={order.items} />
}

function Timeline({ id }: { id: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const { data, error, refetch } = useQuery(orderEvents(id))
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  const names: Record<Schemas['Status'], string> = {
    pending: t`Pedido feito`,
    stock_shortfall: t`Faltou estoque`,
    paid: t`Pagamento confirmado`,
    shipped: t`Enviado`,
    delivered: t`Entregue`,
    canceled: t`Cancelado`,
    partially_refunded: t`Reembolsado em parte`,
    refunded: t`Reembolsado`,
  }
  const steps = data?.filter((event) => event.from_status !== event.to_status)
  return (
    <ol className="grid gap-4">
      {steps?.map((event) => (
        <li key={event.version} className="flex items-start gap-3">
          <span className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full bg-good-soft text-good">
            <Icon name="check" className="size-4" />
          </span>
          <div>
            <p className="font-medium">{names[event.to_status]}</p>
            <p className="text-sm text-muted">{format.dateTime(event.created_at)}</p>
          </div>
        </li>
      ))}
    </ol>
  )
}

const CANCELLABLE: Order['status'][] = ['pending', 'paid', 'stock_shortfall']

function Cancel({ order }: { order: Order }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const cancel = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/api/v1/orders/{id}/cancel', {
          params: { path: { id: order.id } },
          body: {},
        }),
      ),
    onSuccess: () => {
      setOpen(false)
      void queries.invalidateQueries({ queryKey: ['order', order.id] })
      void queries.invalidateQueries({ queryKey: ['me', 'orders'] })
    },
  })
  if (!CANCELLABLE.includes(order.status)) return null
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        <Trans>Cancelar o pedido</Trans>
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Cancelar o pedido?`}>
        <p>
          {order.status === 'pending' ? (
            <Trans>Os produtos voltam para a loja. Isto não tem volta.</Trans>
          ) : (
            <Trans>O que você pagou é devolvido pelo mesmo meio. Isto não tem volta.</Trans>
          )}
        </p>
        {cancel.error && <Alert tone="bad">{problemText(cancel.error)}</Alert>}
        <div className="flex flex-wrap justify-end gap-3">
          <Button look="secondary" onClick={() => setOpen(false)}>
            <Trans>Não, manter</Trans>
          </Button>
          <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            <Trans>Sim, cancelar</Trans>
          </Button>
        </div>
      </Dialog>
    </>
  )
}
