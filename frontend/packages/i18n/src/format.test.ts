import { expect, test } from 'vitest'
import { makeFormat } from './format'

const brazil = makeFormat('pt-BR')
const english = makeFormat('en')
const plain = (text: string) => text.replace(/\s/g, ' ')

test('money has the digits of its currency', () => {
  expect(plain(brazil.money({ amount: 123450, currency: 'BRL' }))).toBe('R$ 1.234,50')
  expect(plain(english.money({ amount: 123450, currency: 'BRL' }))).toBe('R$1,234.50')
  expect(plain(english.money({ amount: 500, currency: 'JPY' }))).toBe('¥500')
})

test('what people type as money is read in their language', () => {
  expect(brazil.parseMoney('1.234,5', 'BRL')).toBe(123450)
  expect(english.parseMoney('1,234.5', 'BRL')).toBe(123450)
  expect(brazil.parseMoney('R$ 19,99', 'BRL')).toBe(1999)
  expect(brazil.parseMoney('', 'BRL')).toBe(null)
  expect(brazil.parseMoney('abc', 'BRL')).toBe(null)
  expect(english.parseMoney('500', 'JPY')).toBe(500)
})

test('so are other numbers', () => {
  expect(brazil.parseDecimal('12,5', 4)).toBe(125000)
  expect(english.parseDecimal('12.5', 4)).toBe(125000)
  expect(brazil.parseDecimal('1.000', 0)).toBe(1000)
  expect(brazil.parseDecimal('dez', 0)).toBe(null)
  expect(brazil.decimal(12.5, 4)).toBe('12,5')
})
