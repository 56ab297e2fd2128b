import { describe, expect, test } from 'vitest'
import { guess, type NewLine } from './change'

const line: NewLine = {
  variantId: 7,
  productId: 3,
  sku: 'CAFE-1',
  name: 'Café',
  price: { amount: 3290, currency: 'BRL' },
  quantity: 2,
}

describe('a bag before the gateway answers', () => {
  test('begins with the first product', () => {
    const cart = guess(null, { kind: 'add', line })
    expect(cart?.items.map(({ quantity }) => quantity)).toEqual([2])
    expect(cart?.subtotal).toEqual({ amount: 6580, currency: 'BRL' })
    expect(cart?.total.amount).toBe(6580)
  })

  test('adds up what is in it already, and no more than may be', () => {
    const one = guess(null, { kind: 'add', line })
    const two = guess(one, { kind: 'add', line })
    expect(two?.items).toHaveLength(1)
    expect(two?.items[0]?.quantity).toBe(4)
    expect(guess(two, { kind: 'set', variantId: 7, quantity: 500 })?.items[0]?.quantity).toBe(99)
  })

  test('keeps discount and freight until they are told anew', () => {
    const one = guess(null, { kind: 'add', line })
    if (!one) throw new Error()
    const dear = { ...one, total: { amount: 7580, currency: 'BRL' } }
    const less = guess(dear, { kind: 'set', variantId: 7, quantity: 1 })
    expect(less?.total.amount).toBe(7580 - 3290)
    expect(guess(dear, { kind: 'remove', variantId: 7 })?.items).toEqual([])
  })

  test('goes the chosen way at once', () => {
    const one = guess(null, { kind: 'add', line })
    const sent = guess(one, { kind: 'terms', terms: { shipping_method: 'expressa' } })
    expect(sent?.shipping_method).toBe('expressa')
    expect(guess(sent, { kind: 'terms', terms: { currency: 'BRL' } })?.shipping_method).toBe('expressa')
  })

  test('forgets what stood against the line that changes, and only that', () => {
    const one = guess(null, { kind: 'add', line })
    if (!one) throw new Error()
    const problems = [
      { code: 'price_changed', variant_id: 7 },
      { code: 'coupon_expired', coupon: 'NATAL' },
    ]
    const after = guess({ ...one, problems }, { kind: 'set', variantId: 7, quantity: 1 })
    expect(after?.problems.map(({ code }) => code)).toEqual(['coupon_expired'])
  })
})
