// @vitest-environment node
import { expect, test } from 'vitest'
import { findSeparator, readRecords, writeRecord } from './csv'

test('quotes hold separators, lines and quotes', () => {
  const text = 'a;"b;1\n""x"""\r\n\r\n1;2\n'
  expect(readRecords(text, ';')).toEqual({
    records: [
      ['a', 'b;1\n"x"'],
      ['1', '2'],
    ],
    firstEnd: 15,
  })
  expect(text.slice(0, 15)).toBe('a;"b;1\n""x"""\r\n')
})

test('the separator is what the header has most of', () => {
  expect(findSeparator('sku;"nome, completo";preço\n')).toBe(';')
  expect(findSeparator('sku\tprice\n1\t2')).toBe('\t')
  expect(findSeparator('sku\n1')).toBe(',')
})

test('what is written is read as it was', () => {
  const cells = ['a,b', 'say "x"', 'two\nlines', ' edge ', '']
  expect(readRecords(writeRecord(cells, ','), ',').records).toEqual([cells])
})
