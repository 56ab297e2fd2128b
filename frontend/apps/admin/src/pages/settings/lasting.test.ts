import { expect, test } from 'vitest'
import { lasting, lastingText } from './lasting'

test.each(['72 hours', '1 day', '3 months', '45 seconds'])('%s stays what it is', (text) => {
  expect(lastingText(lasting(text))).toBe(text)
})

test('what is none is a number that is asked for', () => {
  expect(lasting('soon')).toEqual({ count: '', unit: 'day' })
})
