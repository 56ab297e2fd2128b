// Lengths of time as settings have them: a number and a unit, "72 hours".

export const units = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const

export type Unit = (typeof units)[number]

export interface Lasting {
  count: string
  unit: Unit
}

export function lasting(text: string): Lasting {
  const [, count = '', unit = 'day'] = /^(\d*) ([a-z]+?)s?$/.exec(text) ?? []
  return { count, unit: units.find((one) => one === unit) ?? 'day' }
}

export function lastingText({ count, unit }: Lasting): string {
  return `${Number(count)} ${unit}${Number(count) === 1 ? '' : 's'}`
}
