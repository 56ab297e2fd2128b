// @vitest-environment node
import { expect, test } from 'vitest'
import { findSeparator, Joined, readRecords, writeRecord } from './csv'

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

test('pieces with other columns become one file', async () => {
  const joined = new Joined()
  expect(joined.add('sku,attr:cor\r\nA,azul\r\n').rows).toBe(1)
  expect(joined.add('sku,attr:tamanho\r\nB,G\r\n').last).toEqual({ sku: 'B', 'attr:tamanho': 'G' })
  expect(joined.size).toBe(2)
  const text = await new Response(joined.blob()).text()
  expect(text).toBe('sku,attr:cor,attr:tamanho\r\nA,azul,\r\nB,,G\r\n')
})
