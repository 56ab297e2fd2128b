import { expect, test } from 'vitest'
import type { ProductItem, Variant } from '../../data/catalog'
import { changedPrice, plan } from './changes'

const brl = (amount: number) => ({ amount, currency: 'BRL' })
const product = {
  id: 7,
  status: 'active',
  price: brl(1000),
  categories: [{ id: 1, slug: 'a', name: 'A' }],
} as ProductItem
const variants = [
  { id: 70, price: brl(1000) },
  { id: 71, price: brl(1999), active: false },
] as Variant[]
const words = { status: (one: string) => one, money: ({ amount }: { amount: number }) => `${amount}`, none: '-' }

test('prices are rounded half up and are never negative', () => {
  expect(changedPrice(1005, 10)).toBe(1106)
  expect(changedPrice(999, -100)).toBe(0)
  expect(changedPrice(999, -150)).toBe(0)
})

test('a price names every variant, those out of sale too', () => {
  expect(plan(product, { kind: 'price', percent: 10 }, variants, words)).toMatchObject({
    before: '1000 – 1999',
    after: '1100 – 2199',
    item: { id: 7, variants: [{ id: 70, price: brl(1100) }, { id: 71, price: brl(2199) }] },
  })
})

test('what stays as it is, is not sent', () => {
  expect(plan(product, { kind: 'status', status: 'active' }, undefined, words).item).toBeUndefined()
  const there = { kind: 'category', id: 1, name: 'A' } as const
  expect(plan(product, { ...there, add: true }, undefined, words).item).toBeUndefined()
  expect(plan(product, { ...there, add: false }, undefined, words)).toMatchObject({
    before: 'A',
    after: '-',
    item: { id: 7, category_ids: [] },
  })
})
