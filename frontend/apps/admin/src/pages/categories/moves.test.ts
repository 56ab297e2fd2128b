import { expect, test } from 'vitest'
import type { Branch } from '../../data/catalog'
import { allowed, writes } from './moves'

const branch = (id: number, parent_id: number | null, position: number, children: Branch[] = []): Branch => ({
  id,
  slug: `c${id}`,
  name: `C${id}`,
  parent_id,
  position,
  version: id * 10,
  children,
})
const tree = [
  branch(1, null, 0, [branch(11, 1, 0, [branch(111, 11, 0)]), branch(12, 1, 0)]),
  branch(2, null, 1),
]

test('nothing goes below itself', () => {
  expect(allowed(tree, 1, 111)).toBe(false)
  expect(allowed(tree, 1, 1)).toBe(false)
  expect(allowed(tree, 11, 2)).toBe(true)
  expect(allowed(tree, 11, null)).toBe(true)
  expect(writes(tree, 1, { parent: 111, index: 0 })).toEqual([])
})

test('a move writes the branch first and only positions that change', () => {
  expect(writes(tree, 11, { parent: 2, index: 0 })).toEqual([
    { id: 11, version: 110, parent_id: 2, position: 0 },
  ])
  expect(writes(tree, 2, { parent: null, index: 0 })).toEqual([
    { id: 2, version: 20, position: 0 },
    { id: 1, version: 10, position: 1 },
  ])
  expect(writes(tree, 11, { parent: 1, index: 1 })).toEqual([{ id: 11, version: 110, position: 1 }])
  expect(writes(tree, 2, { parent: null, index: 1 })).toEqual([])
})
