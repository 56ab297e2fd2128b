// From a payment that was started to one that is over, as far as the buyer can
// bring it.

import { Declined, type Paying, type Payment } from './provider'

export type Outcome = 'approve' | 'decline'
export type Confirm = (payment: Payment, outcome?: Outcome) => Promise<Payment>

/** What became of it; null when the buyer has left for the provider's page.
 * Throws Declined. */
export async function settle(
  paying: Paying,
  started: Payment,
  confirm: Confirm,
): Promise<Payment | null> {
  let payment = started
  if (payment.status === 'requires_action') {
    let acted
    try {
      acted = await paying.act(payment)
    } catch (error) {
      // The gateway looks, too, or it would refuse another try.
      await confirm(payment).catch(() => undefined)
      throw error
    }
    if (acted.left) return null
    payment = await confirm(payment, acted.outcome)
  }
  if (payment.status === 'failed' || payment.status === 'canceled') throw new Declined()
  return payment
}
