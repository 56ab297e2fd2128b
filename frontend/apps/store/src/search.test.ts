import { expect, test } from 'vitest'
import { countFilters, parseSearch, stringifySearch, toggleAttribute, validateListing } from './search'

test('an address gives back what was put into it', () => {
  const search = {
    q: 'café torrado',
    sort: 'price' as const,
    price_min: 1990,
    in_stock: true as const,
    attr: { cor: ['Azul', 'Preto'], 'lugar de origem': ['Minas'] },
  }
  const text = stringifySearch(search)
  expect(text).toContain('attr.cor=Azul&attr.cor=Preto')
  expect(validateListing(parseSearch(text))).toEqual(search)
})

test('nonsense in an address is left out', () => {
  expect(
    validateListing(parseSearch('?q=%20&sort=best&price_min=-4&price_max=x&in_stock=1&attr=3&.x=y')),
  ).toEqual({})
})

test('an attribute goes in and out', () => {
  const one = toggleAttribute({}, 'cor', 'Azul')
  expect(one.attr).toEqual({ cor: ['Azul'] })
  const two = toggleAttribute(one, 'cor', 'Preto')
  expect(countFilters(two)).toBe(2)
  expect(toggleAttribute(toggleAttribute(two, 'cor', 'Azul'), 'cor', 'Preto').attr).toBeUndefined()
})

test('takes any name as a name and no more', () => {
  expect(parseSearch('?__proto__.cor=Azul&constructor.cor=Azul&sort=price&sort.x=1')).toEqual(
    Object.fromEntries([
      ['__proto__', { cor: ['Azul'] }],
      ['constructor', { cor: ['Azul'] }],
      ['sort', { x: ['1'] }],
    ]),
  )
  expect('cor' in {}).toBe(false)
  expect(validateListing(parseSearch('?sort.x=1&attr=2&price_min.a=1'))).toEqual(validateListing({}))
})
