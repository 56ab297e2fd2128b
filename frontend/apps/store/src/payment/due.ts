// Whether the buyer of an order has to pay it, or a payment is on its way, and
// how much of it.

import type { MoneyValue } from '@commerce/i18n'
import type { Order } from '../data'
import type { Payment } from './provider'

export type Due = 'nothing' | 'waiting' | 'payment'

export interface Standing {
  /** How the last payment by a provider stands; null when there is none. */
  last: Payment['status'] | null
  /** What nobody has paid: a provider is asked for that. */
  left: MoneyValue
}

const UNDER_WAY: Payment['status'][] = ['created', 'processing', 'authorized', 'captured']

export function dueOf({ status }: Pick<Order, 'status'>, { last, left }: Standing): Due {
  if (status !== 'pending' || left.amount === 0) return 'nothing'
  return last !== null && UNDER_WAY.includes(last) ? 'waiting' : 'payment'
}

type Sums = Pick<Order, 'total' | 'canceled_total'>
type Paid = Pick<Payment, 'provider' | 'status' | 'captured' | 'refunded'>

const sumOf = (payments: readonly Paid[]) =>
  payments.reduce((sum, { captured, refunded }) => sum + captured.amount - refunded.amount, 0)

const byCredit = ({ provider }: Paid) => provider === 'credit'

/** What gift cards and store credit pay of an order. */
export const creditOf = ({ total }: Sums, payments: readonly Paid[]): MoneyValue => ({
  ...total,
  amount: sumOf(payments.filter(byCredit)),
})

export function standingOf({ total, canceled_total }: Sums, payments: readonly Paid[]): Standing {
  const left = total.amount - canceled_total.amount - sumOf(payments)
  return {
    last: payments.findLast((payment) => !byCredit(payment))?.status ?? null,
    left: { ...total, amount: Math.max(0, left) },
  }
}
