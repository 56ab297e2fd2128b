// The one submission: an order of the cart with its payment, then whatever is
// left to the buyer.

import { api, newKey, ok, type Schemas, type SessionUser } from '@commerce/api'
import type { Cart } from '../bag/kept'
import { keepGuestOrder } from '../guest/kept'
import { confirmerOf } from '../payment/confirm'
import { Declined, type NewPayment, type Paying } from '../payment/provider'
import { settle } from '../payment/settle'
import type { Saved } from './where'

export interface Placing {
  cart: Cart
  user: SessionUser | null
  address: Saved | undefined
  texts: Record<string, string>
  payment: NewPayment
}

/** The key of what is meant, however often it is sent. */
export interface Intent {
  of: string
  key: string
}

function addressOf({ address, texts }: Placing): NonNullable<Schemas['Address']> {
  const given = address ?? texts
  return {
    name: given.recipient,
    street: given.street ?? '',
    number: given.number || undefined,
    complement: given.complement || undefined,
    district: given.district || undefined,
    city: given.city ?? '',
    state: given.region,
    postal_code: given.postal_code,
    country: 'BR',
  }
}

function bodyOf(placing: Placing): Schemas['NewCartCheckout'] {
  const { cart, payment, user, texts } = placing
  return {
    ...(user
      ? {}
      : { customer: { name: texts['recipient'] ?? '', email: texts['email'] ?? '' } }),
    shipping_address: addressOf(placing),
    expected_total: cart.total,
    expected_due: cart.amount_due,
    payment,
  }
}

/** An address to keep for another time; the order stands without it, too. */
async function keepAddress(texts: Record<string, string>) {
  const { recipient = '', street = '', number, complement, district, city = '', region = '', postal_code = '' } = texts
  await api
    .POST('/api/v1/me/addresses', {
      body: { recipient, street, number, complement, district, city, region, postal_code },
    })
    .catch(() => undefined)
}

/** Where to go then; null when the page has been left. `placed` is called as
 * soon as there is an order. */
export async function placeOrder(
  placing: Placing,
  paying: Paying,
  intent: Intent,
  placed: () => void,
) {
  const body = bodyOf(placing)
  const of = JSON.stringify(body)
  if (intent.of !== of) Object.assign(intent, { of, key: newKey() })
  const { order, payment } = await ok(
    api.POST('/api/v1/carts/{id}/checkout', {
      params: { path: { id: placing.cart.id }, header: { 'Idempotency-Key': intent.key } },
      body,
    }),
  )
  placed()
  const { id: cart, credit_total: credit } = placing.cart
  const guest = placing.user ? null : { order, cart, credit, email: body.customer?.email ?? '' }
  if (guest) keepGuestOrder(guest)
  if (placing.texts['remember'] === 'on') await keepAddress(placing.texts)
  const there = guest
    ? ({ to: '/pedido/$number', params: { number: String(order.number) } } as const)
    : ({ to: '/conta/pedidos/$id', params: { id: order.id }, search: { novo: true } } as const)
  try {
    if (payment && !(await settle(paying, payment, confirmerOf(guest?.cart)))) return null
  } catch (error) {
    // The order stands and can be paid there; what happened is shown there.
    if (!(error instanceof Declined)) throw error
  }
  return there
}
