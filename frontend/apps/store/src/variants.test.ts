import { expect, test } from 'vitest'
import type { Variant } from './data'
import { axesOf, firstVariant } from './variants'

function variant(id: number, options: Record<string, string>, out = false): Variant {
  return {
    id,
    sku: `S-${id}`,
    name: Object.values(options).join(', '),
    options,
    price: { amount: 100 * id, currency: 'BRL' },
    availability: out ? 'out_of_stock' : 'in_stock',
  }
}

/** Every subset of a 3 by 3 matrix that has a variant at all. */
function* subsets() {
  const cells = [1, 2, 3].flatMap((x) => [1, 2, 3].map((y) => ({ cor: `c${x}`, tam: `t${y}` })))
  for (let bits = 1; bits < 512; bits++) {
    yield cells.filter((_, n) => bits & (1 << n)).map((options, n) => variant(n + 1, options))
  }
}

test('only combinations that exist can be chosen', () => {
  for (const variants of subsets()) {
    for (const chosen of variants) {
      for (const axis of axesOf(variants, chosen)) {
        for (const choice of axis.choices) {
          expect(variants).toContain(choice.leadsTo)
          expect(choice.leadsTo.options[axis.name]).toBe(choice.value)
          const other = axis.name === 'cor' ? 'tam' : 'cor'
          expect(choice.exact).toBe(choice.leadsTo.options[other] === chosen.options[other])
        }
      }
    }
  }
})

test('the chosen value leads to the chosen variant', () => {
  for (const variants of subsets()) {
    for (const chosen of variants) {
      for (const axis of axesOf(variants, chosen)) {
        const own = axis.choices.find((choice) => choice.value === chosen.options[axis.name])
        expect(own?.leadsTo).toBe(chosen)
      }
    }
  }
})

test('the first one shown can be bought, unless the address names another', () => {
  const variants = [variant(1, { cor: 'a' }, true), variant(2, { cor: 'b' })]
  expect(firstVariant(variants)?.id).toBe(2)
  expect(firstVariant(variants, 'S-1')?.id).toBe(1)
  expect(firstVariant(variants, 'gone')?.id).toBe(2)
  expect(firstVariant([])).toBeUndefined()
})
