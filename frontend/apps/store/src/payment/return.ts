// A buyer who leaves for the provider's page comes back to a page that knows
// nothing, maybe in another tab: what is being paid last is kept.

import type { Payment } from './provider'

const STORED = 'commerce.paying'

export interface Left {
  payment: string
  order: string
}

export function remember(payment: Payment) {
  try {
    localStorage.setItem(
      STORED,
      JSON.stringify({ payment: payment.id, order: payment.order_id } satisfies Left),
    )
  } catch {
    // Then the orders of the account tell how it stands.
  }
}

export function leaveFor(payment: Payment, url: string) {
  remember(payment)
  location.assign(url)
}

/** The payment of this order that was begun here last. */
export function begunOf(order: string): string | undefined {
  const left = recall()
  return left?.order === order ? left.payment : undefined
}

export function recall(): Left | null {
  try {
    const found = JSON.parse(localStorage.getItem(STORED) ?? 'null') as Partial<Left> | null
    return typeof found?.payment === 'string' && typeof found.order === 'string'
      ? (found as Left)
      : null
  } catch {
    return null
  }
}
