import { expect, test } from 'vitest'
import { namedColumns, nextSort, shownColumns, type Column } from './types'

const columns = ['name', 'price', 'version'].map(
  (id): Column<object> => ({
    id,
    header: id,
    cell: () => null,
    fixed: id === 'name',
    extra: id === 'version',
  }),
)
const ids = (list: readonly Column<object>[]) => list.map(({ id }) => id)

test('columns are the usual ones unless the address names others', () => {
  expect(ids(shownColumns(columns, undefined))).toEqual(['name', 'price'])
  expect(ids(shownColumns(columns, 'version'))).toEqual(['name', 'version'])
  expect(namedColumns(columns, new Set(['name', 'price']))).toBeUndefined()
  expect(namedColumns(columns, new Set(['price', 'version']))).toBe('name,price,version')
})

test('a header goes one way, the other, and back to none', () => {
  expect(nextSort(undefined, 'price')).toBe('price')
  expect(nextSort('price', 'price')).toBe('-price')
  expect(nextSort('-price', 'price')).toBeUndefined()
  expect(nextSort('name', 'created_at', true)).toBe('-created_at')
})
