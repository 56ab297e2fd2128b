// Whether the buyer of an order has to pay it, or a payment is on its way.

import type { Order } from '../data'
import type { Payment } from './provider'

export type Due = 'nothing' | 'waiting' | 'payment'

const UNDER_WAY: Payment['status'][] = ['created', 'processing', 'authorized', 'captured']

/** `last` is how the last of its payments stands; null when there is none. */
export function dueOf(
  { status, total }: Pick<Order, 'status'> & Partial<Pick<Order, 'total'>>,
  last: Payment['status'] | null,
): Due {
  if (status !== 'pending' || total?.amount === 0) return 'nothing'
  return last !== null && UNDER_WAY.includes(last) ? 'waiting' : 'payment'
}
