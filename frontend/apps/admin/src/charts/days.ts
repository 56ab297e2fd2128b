// Days as the shop's reports name them: 2026-11-29, without a time or a zone.

const DAY = 86_400_000

const noon = (day: string) => new Date(`${day}T12:00:00Z`)

export function addDays(day: string, days: number): string {
  return new Date(noon(day).getTime() + days * DAY).toISOString().slice(0, 10)
}

/** How many days from one to the other, both counted. */
export function daysBetween(from: string, to: string): number {
  return Math.round((noon(to).getTime() - noon(from).getTime()) / DAY) + 1
}

export type Granularity = 'day' | 'week' | 'month' | 'total'

const shown: Record<Granularity, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  total: { day: 'numeric', month: 'short' },
}

/** A period by its first day, short enough for an axis. */
export function periodName(locale: string, period: string, granularity: Granularity = 'day'): string {
  return new Intl.DateTimeFormat(locale, { ...shown[granularity], timeZone: 'UTC' })
    .format(noon(period))
    .replace(' de ', ' ')
    .replace(' de ', ' ')
    .replaceAll('.', '')
}

/** A day in full. */
export function dayName(locale: string, day: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(noon(day))
}

/** How much more than before; null where there was nothing to compare with. */
export function change(value: number, before: number): number | null {
  return before === 0 ? null : (value - before) / Math.abs(before)
}
