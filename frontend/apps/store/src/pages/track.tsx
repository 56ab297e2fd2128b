// How far an order is, for whoever knows its number and its e-mail address.

import { isProblem } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, Field, problemText, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { trackedOrder, type TrackedOrder } from '../data'
import { guestOrder } from '../guest/kept'
import { PayLink } from '../guest/unpaid'
import { take } from '../parts/form'
import { Status } from '../parts/order'
import { Narrow } from '../parts/page-head'
import { Parcels, Progress } from '../parts/progress'
import { GuestReturns } from '../parts/returns'
import { dueOf } from '../payment/due'
import { trackRoute } from '../router'

export function TrackPage() {
  const { t } = useLingui()
  const { pedido } = trackRoute.useSearch()
  const [asked, setAsked] = useState<{ number: number; email: string }>()
  useTitle(t`Acompanhar um pedido`)
  const query = useQuery({
    ...trackedOrder(asked?.number ?? 0, asked?.email ?? ''),
    enabled: asked !== undefined,
    retry: false,
  })

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { number = '', email = '' } = take(event)
    const next = { number: Number(number.replace(/\D/g, '')), email }
    if (asked?.number === next.number && asked.email === email) void query.refetch()
    else setAsked(next)
  }

  return (
    <Narrow title={<Trans>Acompanhar um pedido</Trans>}>
      <form className="grid gap-5" onSubmit={submit}>
        <p className="text-muted">
          <Trans>O número está no e-mail de confirmação.</Trans>
        </p>
        <div className="grid gap-4 sm:grid-cols-[10rem_1fr]">
          <Field
            label={t`Número do pedido`}
            name="number"
            inputMode="numeric"
            pattern="[0-9 .]{1,18}"
            required
            maxLength={18}
            defaultValue={pedido}
          />
          <Field
            label={t`E-mail da compra`}
            name="email"
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            defaultValue={pedido && guestOrder(pedido)?.email}
          />
        </div>
        {query.error && (
          <Alert tone="bad">
            {isProblem(query.error, 'order_not_found') ? (
              <Trans>Não achamos um pedido com este número e este e-mail.</Trans>
            ) : (
              problemText(query.error)
            )}
          </Alert>
        )}
        <Button type="submit" size="large" icon="search" busy={query.isFetching}>
          <Trans>Acompanhar</Trans>
        </Button>
      </form>
      {asked && query.data && !isProblem(query.error) && (
        <div className="mt-8" aria-live="polite">
          <Tracked order={query.data} email={asked.email} />
        </div>
      )}
    </Narrow>
  )
}

function Tracked({ order, email }: { order: TrackedOrder; email: string }) {
  const format = useFormat()
  const mine = guestOrder(String(order.number))
  const due = dueOf(order, { last: order.payment_status, left: order.amount_due })
  return (
    <section className="card grid gap-5 p-5 sm:p-6" aria-labelledby="andamento">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id="andamento" className="text-xl font-bold">
          <Trans>Pedido {order.number}</Trans>
        </h2>
        <Status order={order} />
      </div>
      <p className="-mt-3 text-sm text-muted">
        <Trans>Feito em {format.dateTime(order.placed_at)}</Trans>
      </p>
      {due === 'waiting' && (
        <Alert tone="info">
          <Trans>O pagamento está a caminho.</Trans>
        </Alert>
      )}
      {due === 'payment' && (
        <Alert tone="warn">
          <span className="flex flex-wrap items-center gap-x-4">
            <Trans>O pagamento ainda não passou.</Trans>
            {mine && <PayLink order={order} />}
          </span>
        </Alert>
      )}
      <Progress status={order.status} far={order.fulfilment_status} />
      {order.fulfilments.length > 0 && <Parcels parcels={order.fulfilments} items={order.items} />}
      <ul className="grid gap-1 border-t border-line pt-4 text-[0.95rem]">
        {order.items.map((item) => (
          <li key={item.id}>
            {item.quantity} × {item.name}
          </li>
        ))}
      </ul>
      <GuestReturns order={order} email={email} />
    </section>
  )
}
