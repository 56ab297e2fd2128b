import { expect, test } from 'vitest'
import { compact, day, parseSearch, stringifySearch, tableSearch, text, whole } from './search'

test('an address and back', () => {
  const search = { q: 'café & chá', kind: ['count', 'loss'], page: 3 }
  expect(parseSearch(stringifySearch(search))).toEqual({ ...search, page: '3' })
  expect(stringifySearch({})).toBe('')
})

test('what nobody understands is left out', () => {
  expect(tableSearch({ sort: '-price', cols: 'name,price' }, ['price'])).toEqual({
    sort: '-price',
    cols: 'name,price',
  })
  expect(compact(tableSearch({ sort: 'drop table', cols: '<b>' }, ['price']))).toEqual({})
  expect(whole('-1')).toBeUndefined()
  expect(whole('1e400')).toBeUndefined()
  expect(text('   ')).toBeUndefined()
  expect(day('29/11/2026')).toBeUndefined()
})
