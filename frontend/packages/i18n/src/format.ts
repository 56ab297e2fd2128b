// Money, numbers and times as the reader writes them. Formatters are kept:
// making one costs more than a hundred uses.

import { useLingui } from '@lingui/react'
import { useMemo } from 'react'

export interface MoneyValue {
  /** In minor units of the currency (ISO 4217). */
  amount: number
  currency: string
}

export interface Format {
  money(value: MoneyValue): string
  /** The same without the sign of the currency, for fields and ranges. */
  amount(value: MoneyValue): string
  number(value: number): string
  percent(value: number): string
  date(value: string | Date): string
  dateTime(value: string | Date): string
  /** A time in figures, for tables. */
  stamp(value: string | Date): string
  /** The amount of minor units that a text like "1.234,50" means. */
  parseMoney(text: string, currency: string): number | null
  /** A number with so many digits behind its point at most. */
  decimal(value: number, places: number): string
  /** What a text like "12,5" means, times ten to the power of `places`. */
  parseDecimal(text: string, places: number): number | null
}

const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

function number(locale: string, options: Intl.NumberFormatOptions) {
  const key = `n${locale}${JSON.stringify(options)}`
  const found = kept.get(key)
  if (found) return found as Intl.NumberFormat
  const made = new Intl.NumberFormat(locale, options)
  kept.set(key, made)
  return made
}

function date(locale: string, options: Intl.DateTimeFormatOptions) {
  const key = `d${locale}${JSON.stringify(options)}`
  const found = kept.get(key)
  if (found) return found as Intl.DateTimeFormat
  const made = new Intl.DateTimeFormat(locale, options)
  kept.set(key, made)
  return made
}

/** How many digits a currency has after its point: 2 for BRL, 0 for JPY. */
function digits(currency: string): number {
  const options = number('en', { style: 'currency', currency }).resolvedOptions()
  return options.maximumFractionDigits ?? 2
}

export function makeFormat(locale: string): Format {
  return {
    money: ({ amount, currency }) =>
      number(locale, { style: 'currency', currency }).format(
        amount / 10 ** digits(currency),
      ),
    amount: ({ amount, currency }) => {
      const places = digits(currency)
      return number(locale, {
        minimumFractionDigits: places,
        maximumFractionDigits: places,
      }).format(amount / 10 ** places)
    },
    number: (value) => number(locale, {}).format(value),
    percent: (value) =>
      number(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value),
    date: (value) =>
      date(locale, { dateStyle: 'medium' }).format(new Date(value)),
    dateTime: (value) =>
      date(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
        new Date(value),
      ),
    stamp: (value) =>
      date(locale, { dateStyle: 'short', timeStyle: 'short' }).format(new Date(value)),
    parseMoney: (text, currency) => parseDecimal(text, locale, digits(currency)),
    decimal: (value, places) =>
      number(locale, { maximumFractionDigits: places, useGrouping: false }).format(value),
    parseDecimal: (text, places) => parseDecimal(text, locale, places),
  }
}

function parseDecimal(text: string, locale: string, places: number) {
  const decimal = number(locale, { minimumFractionDigits: 1 })
    .formatToParts(1.5)
    .find((part) => part.type === 'decimal')?.value
  const plain = text
    .replace(/[^\d.,-]/g, '')
    .replaceAll(decimal === ',' ? '.' : ',', '')
    .replace(',', '.')
  if (!/^-?\d+(\.\d*)?$/.test(plain)) return null
  return Math.round(Number(plain) * 10 ** places)
}

/** The formats of the active language; changes with it. */
export function useFormat(): Format {
  const { i18n } = useLingui()
  const { locale } = i18n
  return useMemo(() => makeFormat(locale), [locale])
}
