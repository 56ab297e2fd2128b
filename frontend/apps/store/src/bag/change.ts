// What can be done to a bag, and how it looks before the gateway has answered.

import type { Schemas } from '@commerce/api'
import type { MoneyValue } from '@commerce/i18n'
import type { Cart } from './kept'

type Item = Schemas['PricedItem']

export type Change =
  | { kind: 'add'; line: NewLine }
  | { kind: 'set'; variantId: number; quantity: number }
  | { kind: 'remove'; variantId: number }
  | { kind: 'uncoupon'; code: string }
  | { kind: 'coupon'; code: string }
  | { kind: 'card'; code: string }
  | { kind: 'uncard'; id: string }
  | { kind: 'terms'; terms: Terms }

export interface NewLine {
  variantId: number
  productId: number
  sku: string
  name: string
  price: MoneyValue
  quantity: number
}

export type Terms = Schemas['ChangeCart']

export const MOST = 99

export const within = (quantity: number) => Math.max(1, Math.min(MOST, Math.trunc(quantity)))

/** A cart that nobody has made yet. */
function blank(currency: string): Cart {
  const none = { amount: 0, currency }
  return {
    id: '',
    customer_id: null,
    status: 'open',
    order_id: null,
    currency,
    region: 'BR',
    items: [],
    coupons: [],
    subtotal: none,
    discount_total: none,
    shipping_method: null,
    shipping_total: none,
    shipping_discount: none,
    tax_total: none,
    tax_included: none,
    total: none,
    credits: [],
    store_credit: false,
    credit_total: none,
    amount_due: none,
    weight_grams: 0,
    promotions: [],
    held_until: null,
    problems: [],
    version: 0,
    created_at: '',
    updated_at: '',
  }
}

function itemOf({ variantId, productId, sku, name, price, quantity }: NewLine): Item {
  const none = { amount: 0, currency: price.currency }
  return {
    id: variantId,
    product_id: productId,
    variant_id: variantId,
    sku,
    name,
    quantity: within(quantity),
    unit_price: price,
    list_price: price,
    discount: none,
    tax: none,
    tax_included: none,
    total: none,
  }
}

/** Of the same price, so many; discount and tax are the gateway's to say. */
function many(item: Item, quantity: number): Item {
  const wanted = within(quantity)
  const each = item.unit_price
  return { ...item, quantity: wanted, total: { ...each, amount: each.amount * wanted } }
}

function itemsAfter(items: Item[], change: Change): Item[] {
  switch (change.kind) {
    case 'add': {
      const { line } = change
      const had = items.find((item) => item.variant_id === line.variantId)
      if (!had) return [...items, many(itemOf(line), line.quantity)]
      return items.map((item) => (item === had ? many(item, had.quantity + line.quantity) : item))
    }
    case 'set':
      return items.map((item) =>
        item.variant_id === change.variantId ? many(item, change.quantity) : item,
      )
    case 'remove':
      return items.filter((item) => item.variant_id !== change.variantId)
    default:
      return items
  }
}

/** How the cart will probably look. */
export function guess(before: Cart | null, change: Change): Cart | null {
  if (!before && change.kind !== 'add') return null
  const cart = before ?? blank(change.kind === 'add' ? change.line.price.currency : 'BRL')
  const items = itemsAfter(cart.items, change)
  const amount = items.reduce((sum, { unit_price, quantity }) => sum + unit_price.amount * quantity, 0)
  const more = amount - cart.subtotal.amount
  const touched =
    change.kind === 'set' || change.kind === 'remove' ? change.variantId : undefined
  return {
    ...cart,
    items,
    shipping_method:
      change.kind === 'terms' && change.terms.shipping_method !== undefined
        ? change.terms.shipping_method
        : cart.shipping_method,
    store_credit:
      change.kind === 'terms' && change.terms.store_credit !== undefined
        ? change.terms.store_credit
        : cart.store_credit,
    coupons:
      change.kind === 'uncoupon' ? cart.coupons.filter((code) => code !== change.code) : cart.coupons,
    // What stood against a line that changes is for the gateway to say anew.
    problems: cart.problems.filter(
      (problem) =>
        (touched === undefined || problem.variant_id !== touched) &&
        !(change.kind === 'uncoupon' && problem.coupon === change.code),
    ),
    subtotal: { ...cart.subtotal, amount },
    total: { ...cart.total, amount: cart.total.amount + more },
    amount_due: { ...cart.amount_due, amount: Math.max(0, cart.amount_due.amount + more) },
  }
}
