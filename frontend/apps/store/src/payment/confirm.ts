import { api, ok } from '@commerce/api'
import type { Confirm } from './settle'

/** Asks the gateway to look what became of a payment; for a guest, who is known
 * by the cart that the order was made of. */
export const confirmerOf =
  (guestsCart: string | undefined): Confirm =>
  (payment, outcome) =>
    ok(
      api.POST('/api/v1/payments/{id}/confirm', {
        params: { path: { id: payment.id } },
        body: {
          ...(outcome ? { outcome } : {}),
          ...(guestsCart ? { cart_id: guestsCart } : {}),
        },
      }),
    )
