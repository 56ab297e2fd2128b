// The state of a page stands in its address. Each route reads its own with
// these, taking what it understands from whatever somebody typed there.

import { serializeQuery } from '@commerce/api'

export type Raw = Record<string, unknown>

/** All values are texts; a repeated name is a list. */
export function parseSearch(text: string): Raw {
  const found: Raw = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name]
    found[name] =
      before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
  }
  return found
}

export function stringifySearch(search: Raw): string {
  const text = serializeQuery(search)
  return text && `?${text}`
}

export function text(value: unknown, most = 200): string | undefined {
  return typeof value === 'string' ? value.trim().slice(0, most) || undefined : undefined
}

export function whole(value: unknown, least = 0): number | undefined {
  if (value === undefined || value === '') return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= least ? number : undefined
}

export function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value)
}

export function flag(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined
}

/** A day such as 2026-11-29. */
export function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined
}

/** Without what is not there, so that equal states are equal addresses. */
export function compact<T extends object>(search: T): T {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined),
  ) as T
}

/** What every table keeps in the address: its order and its columns. */
export interface TableSearch {
  sort?: string
  cols?: string
}

export function tableSearch(raw: Raw, sorts: readonly string[]): TableSearch {
  const key = text(raw['sort'])
  const cols = text(raw['cols'], 400)
  return {
    sort: key && sorts.includes(key.replace(/^-/, '')) ? key : undefined,
    cols: cols && /^[\w,-]+$/.test(cols) ? cols : undefined,
  }
}
