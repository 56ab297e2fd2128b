// A guest's orders: whoever has no account sees his order again for as long as
// the tab is open, and in any tab of this browser until it is paid, for a bank's
// app opens another. Later, number and address open the tracking.

import type { MoneyValue } from '@commerce/i18n'
import type { Order } from '../data'

export interface GuestOrder {
  order: Order
  /** What he is known by to payments. */
  cart: string
  email: string
  /** What gift cards paid of it. */
  credit?: MoneyValue
}

const OF_TAB = 'commerce.guest-orders'
const UNPAID = 'commerce.unpaid-orders'

function read(storage: () => Storage, name: string): GuestOrder[] {
  try {
    const found: unknown = JSON.parse(storage().getItem(name) ?? '[]')
    return Array.isArray(found) ? (found as GuestOrder[]) : []
  } catch {
    return []
  }
}

function write(storage: () => Storage, name: string, orders: GuestOrder[]) {
  try {
    if (orders.length > 0) storage().setItem(name, JSON.stringify(orders.slice(-10)))
    else storage().removeItem(name)
  } catch {
    // The mail with the number comes all the same.
  }
}

const ofTab = () => sessionStorage
const ofBrowser = () => localStorage

const without = (orders: GuestOrder[], id: string) => orders.filter(({ order }) => order.id !== id)

export function keepGuestOrder(one: GuestOrder) {
  for (const [storage, name] of [[ofTab, OF_TAB], [ofBrowser, UNPAID]] as const) {
    write(storage, name, [...without(read(storage, name), one.order.id), one])
  }
}

/** There is nothing left to pay: it stays in this tab alone. */
export function settleGuestOrder(one: GuestOrder) {
  const { id } = one.order
  write(ofTab, OF_TAB, [...without(read(ofTab, OF_TAB), id), one])
  write(ofBrowser, UNPAID, without(read(ofBrowser, UNPAID), id))
}

/** Those that may have to be paid, the last last. */
export const unpaidGuestOrders = () => read(ofBrowser, UNPAID)

const find = (matches: (order: Order) => boolean) =>
  [...read(ofTab, OF_TAB), ...read(ofBrowser, UNPAID)].find(({ order }) => matches(order))

export const guestOrder = (number: string) => find((order) => String(order.number) === number)

export const guestOrderById = (id: string) => find((order) => order.id === id)
