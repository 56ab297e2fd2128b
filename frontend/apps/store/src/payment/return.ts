// A buyer who leaves for the provider's page comes back to a page that knows
// nothing: what is being paid is kept for as long as the tab lives.

import type { Payment } from './provider'

const STORED = 'commerce.paying'

export interface Left {
  payment: string
  order: string
}

export function remember(payment: Payment) {
  try {
    sessionStorage.setItem(
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

export function recall(): Left | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(STORED) ?? 'null') as Partial<Left> | null
    return typeof found?.payment === 'string' && typeof found.order === 'string'
      ? (found as Left)
      : null
  } catch {
    return null
  }
}
