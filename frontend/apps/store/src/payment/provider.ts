// How a buyer pays, the same for every provider. No card number passes through
// the shop: a provider's own script or page takes it and gives a token for it.

import type { Schemas } from '@commerce/api'
import type { ComponentType, Ref } from 'react'

export type NewPayment = Schemas['NewPayment']
export type Payment = Schemas['Payment']
export type Provider = 'test' | 'stripe' | 'paypal'

/** What a form of payment can do, once it is there. */
export interface Paying {
  /** What goes with the order. Null: the form has told the buyer what is
   * missing, and has the focus there. */
  begin(): Promise<NewPayment | null>
  /** Does what is left to the buyer: `true` when the gateway shall be asked
   * what became of it, `false` when the page has been left. With the outcome
   * that the buyer of the test provider has chosen. */
  act(payment: Payment): Promise<Acted>
}

export type Acted = { left: true } | { left: false; outcome?: 'approve' | 'decline' }

export interface PaymentFormProps {
  ref: Ref<Paying>
  amount: { amount: number; currency: string }
  publicKey: string | null
  /** Whose page is gone to, where that is how it is paid. */
  provider: Provider
}

export interface Method {
  /** Among those that are offered. */
  id: string
  provider: Provider
  publicKey: string | null
  Form: ComponentType<PaymentFormProps>
}

/** Said instead of a problem of the gateway when a card is refused. */
export class Declined extends Error {
  override readonly name = 'Declined'
}
