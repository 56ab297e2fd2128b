import { expect, test } from 'vitest'
import { fitted } from './pictures'

test('a picture keeps its shape, is not made larger, and has at least a pixel', () => {
  expect(fitted(4000, 3000)).toEqual({ width: 2000, height: 1500 })
  expect(fitted(3000, 4000)).toEqual({ width: 1500, height: 2000 })
  expect(fitted(640, 480)).toEqual({ width: 640, height: 480 })
  expect(fitted(8000, 2)).toEqual({ width: 2000, height: 1 })
})
