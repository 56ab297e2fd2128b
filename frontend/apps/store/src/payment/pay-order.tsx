// An order that is not paid yet is paid here: after a card was refused, or when
// the buyer comes back another day.

import { api, isProblem, newKey, ok } from '@commerce/api'
import { useFormat, type MoneyValue } from '@commerce/i18n'
import { Alert, Button, problemText, Skeleton } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import type { Order } from '../data'
import { confirmerOf } from './confirm'
import { PaymentForm } from './form'
import { Declined, type Paying, type Payment } from './provider'
import { settle } from './settle'
import { startPayment } from './start'

interface PayOrderProps {
  order: Pick<Order, 'id'>
  /** What is left of it. */
  amount: MoneyValue
  /** A payment that was begun before, and maybe finished elsewhere: it is looked
   * at first. */
  begun?: string
  title: ReactNode
  /** Of a guest: the cart that the order was made of. */
  cart?: string
  /** What a payment, whatever became of it, makes worth asking again. */
  stale: readonly unknown[]
}

export function PayOrder({ order, amount, begun, title, cart, stale }: PayOrderProps) {
  const format = useFormat()
  const queries = useQueryClient()
  const paying = useRef<Paying>(null)
  const intent = useRef({ of: '', key: '' })

  const [before] = useState(begun)
  const look = useQuery({
    queryKey: ['payment', before],
    enabled: before !== undefined,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: async () => {
      const found = await confirmerOf(cart)({ id: before } as Payment)
      await queries.invalidateQueries({ queryKey: stale })
      return found
    },
  })
  const pay = useMutation({
    mutationFn: async () => {
      const body = await paying.current?.begin()
      if (!body || !paying.current) return
      const confirm = confirmerOf(cart)
      const post = async () => {
        const of = JSON.stringify(body)
        if (intent.current.of !== of) intent.current = { of, key: newKey() }
        const { payment } = await ok(
          api.POST('/api/v1/orders/{id}/payments', {
            params: { path: { id: order.id }, header: { 'Idempotency-Key': intent.current.key } },
            body: { ...body, ...(cart ? { cart_id: cart } : {}) },
          }),
        )
        return payment
      }
      const payment = await startPayment(body.provider, post, confirm)
      // Whatever comes, another try is another payment.
      intent.current = { of: '', key: '' }
      if (payment) await settle(paying.current, payment, confirm)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: stale }),
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    pay.mutate()
  }

  if (look.isFetching) return <Skeleton className="h-80 rounded-card" />
  return (
    <section className="card grid gap-4 border-brand p-5 sm:p-6" aria-labelledby="pagar">
      <h2 id="pagar" className="text-lg font-semibold">
        {title}
      </h2>
      <form className="grid gap-4" onSubmit={submit}>
        <PaymentForm ref={paying} amount={amount} />
        {pay.error && (
          <Alert tone="bad">
            {pay.error instanceof Declined ? (
              pay.error.message || <Trans>O pagamento não foi aceito. Tente outro cartão.</Trans>
            ) : isProblem(pay.error, 'payment_under_way') ? (
              <Trans>O pagamento de antes ainda está a caminho. Espere um pouco.</Trans>
            ) : (
              problemText(pay.error)
            )}
          </Alert>
        )}
        <Button type="submit" size="large" icon="lock" busy={pay.isPending}>
          <Trans>Pagar {format.money(amount)}</Trans>
        </Button>
      </form>
    </section>
  )
}
