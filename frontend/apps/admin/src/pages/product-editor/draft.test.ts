import { expect, test } from 'vitest'
import { moved } from '../../parts/ordered'
import { combinations, emptyDraft, emptyVariant, generate, optionsOf, patchOf, relatedRow, skuPart } from './draft'

const colours = { name: 'cor', values: ['Azul', 'Preto'] }
const sizes = { name: 'tamanho', values: ['P', 'M', 'G'] }

test('every combination once, however many options', () => {
  expect(combinations([])).toEqual([{}])
  const made = combinations([colours, sizes])
  expect(made).toHaveLength(6)
  expect(made[1]).toEqual({ cor: 'Azul', tamanho: 'M' })
  expect(new Set(made.map((one) => JSON.stringify(one))).size).toBe(6)
})

test('what exists stays as it is when more is generated', () => {
  const sold = { ...emptyVariant(), id: 5, sku: 'X', price: 990, weight: 80, options: { cor: 'Azul' } }
  const made = generate([sold], [colours], 'CAM')
  expect(made[0]).toBe(sold)
  expect(made[1]).toMatchObject({ sku: 'CAM-PRETO', name: 'Preto', price: 990, weight: 80 })
  expect(made[1]?.id).toBeUndefined()
  // One that no combination makes is still the shop's.
  const old = { ...sold, id: 6, options: { cor: 'Verde' } }
  expect(generate([sold, old], [colours], 'CAM')).toContain(old)
  // The nameless first row of a new product makes room.
  expect(generate([{ ...emptyVariant(), price: 500 }], [colours], 'C').map(({ price }) => price)).toEqual([500, 500])
  expect(optionsOf(made)).toEqual([colours])
})

test('a code of a value has plain letters and figures', () => {
  expect(skuPart('Açaí Médio')).toBe('ACAI-MEDIO')
  expect(skuPart('40x40 cm')).toBe('40X40-CM')
})

test('only what was touched is sent', () => {
  const before = emptyDraft()
  expect(patchOf(before, { ...before })).toBeUndefined()
  expect(patchOf(before, { ...before, name: ' Café ' })).toEqual({ name: 'Café' })
  const named = { ...before, attributes: [{ key: 'a', name: 'marca', kind: 'text' as const, value: 'Ipê' }] }
  expect(patchOf(named, before)).toEqual({ attributes: { marca: null } })
  expect(patchOf(before, named)).toEqual({ attributes: { marca: 'Ipê' } })
  expect(Object.keys(patchOf(before, { ...before, variants: [] }) ?? {})).toEqual(['variants'])
})

test('of related products their order counts, and nothing else of them', () => {
  const [a, b] = [1, 2].map((id) => relatedRow({ id, name: `n${id}`, status: 'active', images: [] }))
  if (!a || !b) throw new Error('there are two')
  const before = { ...emptyDraft(), related: [a, b] }
  expect(patchOf(before, { ...before, related: [{ ...a, name: 'outro' }, b] })).toBeUndefined()
  expect(patchOf(before, { ...before, related: moved(before.related, a.key, 1) })).toEqual({ related_ids: [2, 1] })
  expect(moved(before.related, b.key, 0)).toEqual([b, a])
  expect(moved(before.related, 'nobody', 0)).toEqual([a, b])
})
