import { describe, expect, test } from 'vitest'
import { addDays, change, dayName, daysBetween, periodName } from './days'

describe('days', () => {
  test('are counted over months, leap days and the end of summer time', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(daysBetween('2026-10-24', '2026-10-26')).toBe(3)
    expect(daysBetween('2026-03-01', '2026-03-01')).toBe(1)
  })

  test('are written as the reader does, whatever zone the reader is in', () => {
    expect(periodName('pt-BR', '2026-11-01')).toBe('1 nov')
    expect(periodName('en', '2026-11-01')).toBe('Nov 1')
    expect(periodName('pt-BR', '2026-11-01', 'month')).toBe('nov 2026')
    expect(dayName('en', '2026-11-01')).toBe('Nov 1, 2026')
  })
})

test('a change needs something before it', () => {
  expect(change(15, 10)).toBe(0.5)
  expect(change(5, -10)).toBe(1.5)
  expect(change(5, 0)).toBeNull()
})
