// What of the lines of an order can still be given back, by the refunds that
// there are. The gateway counts again, and knows of exchanges, too.

import type { Order, Refund } from './data'

const standing = (refunds: readonly Refund[]) => refunds.filter(({ status }) => status !== 'failed')

export function refundableLines(order: Order, refunds: readonly Refund[]) {
  const given = new Map<number, number>()
  for (const { items } of standing(refunds)) {
    for (const { item_id, quantity } of items) given.set(item_id, (given.get(item_id) ?? 0) + quantity)
  }
  return order.items
    .map((item) => ({ ...item, given: given.get(item.id) ?? 0 }))
    .map((item) => ({ ...item, left: item.quantity - item.given }))
    .filter(({ left }) => left > 0)
}

export function refundableShipping(order: Order, refunds: readonly Refund[]) {
  const given = standing(refunds).reduce((sum, { shipping }) => sum + shipping.amount, 0)
  const taxOfItems = order.items.reduce((sum, { tax }) => sum + tax.amount, 0)
  const tax = order.tax_included ? 0 : order.tax_total.amount - taxOfItems
  const paid = order.shipping_total.amount + tax
  return { ...order.shipping_total, amount: Math.max(0, paid - given) }
}

interface Line {
  total: { amount: number }
  quantity: number
  given: number
}

/** The price of so many more units of a line: parts of its total that make up
 * the whole in the end. */
export function priceOf({ total, quantity, given }: Line, units: number): number {
  const part = (of: number) => Math.round((total.amount * of) / quantity)
  return part(given + units) - part(given)
}
