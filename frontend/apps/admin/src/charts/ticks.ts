// What stands at an axis: short, as the reader writes numbers.

const made = new Map<string, Intl.NumberFormat>()

function short(locale: string) {
  let format = made.get(locale)
  if (!format) {
    format = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
    made.set(locale, format)
  }
  return format
}

/** Whole numbers only: there are no half orders. */
export function numberTick(locale: string, value: number): string {
  return Number.isInteger(value) ? short(locale).format(value) : ''
}

export function moneyTick(locale: string, amount: number, currency: string): string {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return short(locale).format(amount / 10 ** maximumFractionDigits)
}
