// What a guest sees after buying: that it went well, or how to pay again.

import { buttonClass, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { trackedOrder } from '../data'
import { guestOrder, settleGuestOrder, type GuestOrder } from '../guest/kept'
import { AddressLines, OrderLines, Status, Totals } from '../parts/order'
import { Parcels, Progress } from '../parts/progress'
import { GuestReturns } from '../parts/returns'
import { dueOf } from '../payment/due'
import { PayOrder } from '../payment/pay-order'
import { begunOf } from '../payment/return'
import { Thanks } from '../payment/thanks'
import { guestOrderRoute } from '../router'

export function GuestOrderPage() {
  const { number } = guestOrderRoute.useParams()
  const [known] = useState(() => guestOrder(number))
  if (!known) return <Navigate to="/rastreio" search={{ pedido: number }} replace />
  return <Shown known={known} />
}

function Shown({ known }: { known: GuestOrder }) {
  const { t } = useLingui()
  const { order, email, cart } = known
  useTitle(t`Pedido ${order.number}`)
  const query = useQuery({
    ...trackedOrder(order.number, email),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 5_000 : 60_000),
  })
  const now = query.data
  const status = now?.status ?? order.status
  const due = now && dueOf(now, { last: now.payment_status, left: now.amount_due })
  useEffect(() => {
    if (due === 'nothing') settleGuestOrder(known)
  }, [due, known])

  return (
    <div className="page pt-8">
      <div className="mb-6" aria-live="polite">
        {due && status !== 'canceled' && (
          <Thanks order={order} due={due}>
            <Trans>O número dele é {order.number}. A confirmação vai para {email}.</Trans>
          </Thanks>
        )}
      </div>
      <div className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-3xl font-bold">
          <Trans>Pedido {order.number}</Trans>
        </h1>
        <Status order={now ?? order} />
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[1.4fr_1fr]">
        <div className="grid gap-5">
          {now && due === 'payment' && (
            <PayOrder
              order={order}
              amount={now.amount_due}
              begun={begunOf(order.id)}
              cart={cart}
              title={<Trans>Pagar este pedido</Trans>}
              stale={['tracked', order.number]}
            />
          )}
          <section className="card grid gap-5 p-5">
            <h2 className="text-lg font-semibold">
              <Trans>Andamento</Trans>
            </h2>
            <Progress status={status} far={now?.fulfilment_status ?? order.fulfilment_status} />
            {now && now.fulfilments.length > 0 && (
              <Parcels parcels={now.fulfilments} items={now.items} />
            )}
            {now && <GuestReturns order={now} email={email} />}
          </section>
          <section className="card p-5">
            <h2 className="mb-4 text-lg font-semibold">
              <Trans>O que você comprou</Trans>
            </h2>
            <OrderLines order={order} />
          </section>
        </div>
        <div className="grid gap-5">
          <section className="card p-5">
            <h2 className="mb-4 text-lg font-semibold">
              <Trans>Valores</Trans>
            </h2>
            <Totals order={order} credit={known.credit} />
          </section>
          {order.shipping_address && (
            <section className="card p-5">
              <h2 className="mb-3 text-lg font-semibold">
                <Trans>Entrega em</Trans>
              </h2>
              <AddressLines address={order.shipping_address} />
            </section>
          )}
          <section className="card grid gap-3 p-5">
            <h2 className="text-lg font-semibold">
              <Trans>Para acompanhar depois</Trans>
            </h2>
            <p className="text-muted">
              <Trans>Com o número do pedido e o seu e-mail, em “Acompanhar um pedido”. Com uma conta, os próximos ficam todos num lugar só.</Trans>
            </p>
            <p className="flex flex-wrap gap-3">
              <Link to="/cadastro" className={buttonClass('secondary')}>
                <Trans>Criar conta</Trans>
              </Link>
              <Link to="/" className={buttonClass('quiet')}>
                <Trans>Continuar comprando</Trans>
              </Link>
            </p>
          </section>
        </div>
      </div>
    </div>
  )
}
