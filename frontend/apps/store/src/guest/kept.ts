// A guest's orders of this tab: whoever has no account sees his order again for
// as long as the tab is open. Later, number and address open the tracking.

import type { Order } from '../data'

export interface GuestOrder {
  order: Order
  /** What he is known by to payments. */
  cart: string
  email: string
}

const STORED = 'commerce.guest-orders'

function all(): GuestOrder[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? '[]')
    return Array.isArray(found) ? (found as GuestOrder[]) : []
  } catch {
    return []
  }
}

export function keepGuestOrder(one: GuestOrder) {
  const others = all().filter(({ order }) => order.number !== one.order.number)
  try {
    sessionStorage.setItem(STORED, JSON.stringify([...others.slice(-9), one]))
  } catch {
    // The mail with the number comes all the same.
  }
}

export function guestOrder(number: string): GuestOrder | undefined {
  return all().find(({ order }) => String(order.number) === number)
}

export function guestOrderById(id: string): GuestOrder | undefined {
  return all().find(({ order }) => order.id === id)
}
