import { useFormat } from '@commerce/i18n'
import { Button, buttonClass, EmptyState, ErrorState, Skeleton } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { myOrders, type Order } from '../data'
import { Status } from '../parts/order'

export function OrdersPage() {
  const query = useInfiniteQuery(myOrders)
  const orders = query.data?.pages.flatMap((page) => page.data)
  return (
    <>
      <h1 className="mb-5 text-3xl font-bold">
        <Trans>Pedidos</Trans>
      </h1>
      {query.error && !orders ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : !orders ? (
        <div className="grid gap-3">
          {[1, 2, 3].map((n) => (
            <Skeleton key={n} className="h-28 rounded-card" />
          ))}
        </div>
      ) : orders.length === 0 ? (
        <EmptyState
          title={<Trans>Nenhum pedido ainda</Trans>}
          action={
            <Link to="/busca" className={buttonClass()}>
              <Trans>Ver produtos</Trans>
            </Link>
          }
        >
          <Trans>O que você comprar aparece aqui, com cada passo do caminho.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {orders.map((order) => (
            <li key={order.id}>
              <OrderCard order={order} />
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          look="secondary"
          className="mt-5"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          <Trans>Pedidos mais antigos</Trans>
        </Button>
      )}
    </>
  )
}

function OrderCard({ order }: { order: Order }) {
  const format = useFormat()
  const count = order.items.reduce((sum, item) => sum + item.quantity, 0)
  return (
    <article className="card relative grid gap-2 p-4 transition-shadow hover:shadow-card sm:grid-cols-[1fr_auto] sm:p-5">
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">
          <Link
            to="/conta/pedidos/$id"
            params={{ id: order.id }}
            className="text-ink no-underline after:absolute after:inset-0 hover:underline"
          >
            <Trans>Pedido {order.number}</Trans>
          </Link>
        </h2>
        <p className="text-sm text-muted">{format.dateTime(order.placed_at)}</p>
        <p className="line-clamp-1">{order.items.map((item) => item.name).join(', ')}</p>
      </div>
      <div className="flex items-center justify-between gap-3 sm:flex-col sm:items-end">
        <Status order={order} />
        <p>
          <span className="text-sm text-muted">
            {plural(count, { one: '# item', other: '# itens' })} ·{' '}
          </span>
          <span className="money font-bold">{format.money(order.total)}</span>
        </p>
      </div>
    </article>
  )
}
