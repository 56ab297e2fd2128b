// What a listing shows, as it stands in the address: every filter, the order
// and the words, readable and to be shared. `attr.cor=Azul&attr.cor=Preto`.

import { serializeQuery } from '@commerce/api'

export const sorts = ['relevance', '-popularity', 'price', '-price', '-created_at', 'name'] as const
export type Sort = (typeof sorts)[number]

export interface ListingSearch {
  q?: string
  sort?: Sort
  price_min?: number
  price_max?: number
  in_stock?: true
  attr?: Record<string, string[]>
}

type Raw = Record<string, unknown>

/** Names with a dot become objects of lists. Maps until the end: a name may be
 * one that every object has. */
export function parseSearch(text: string): Raw {
  const found = new Map<string, string | Map<string, string[]>>()
  for (const [name, value] of new URLSearchParams(text)) {
    const dot = name.indexOf('.')
    if (dot <= 0) {
      found.set(name, value)
      continue
    }
    const known = found.get(name.slice(0, dot))
    const group = known instanceof Map ? known : new Map<string, string[]>()
    const key = name.slice(dot + 1)
    found.set(name.slice(0, dot), group.set(key, [...(group.get(key) ?? []), value]))
  }
  return Object.fromEntries(
    [...found].map(([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  )
}

export function stringifySearch(search: Raw): string {
  const text = serializeQuery(search)
  return text && `?${text}`
}

function amount(value: unknown): number | undefined {
  const number = Number(value)
  return value !== undefined && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined
}

function attributes(value: unknown): ListingSearch['attr'] {
  if (typeof value !== 'object' || value === null) return undefined
  const lists = Object.entries(value).filter(
    ([name, list]) => name && Array.isArray(list) && list.length > 0,
  ) as [string, string[]][]
  return lists.length > 0
    ? Object.fromEntries(lists.slice(0, 20).map(([name, list]) => [name, list.slice(0, 20)]))
    : undefined
}

/** Takes what it understands from whatever somebody typed there. What it does not
 * is undefined, for the router lays this over the words of the address. */
export function validateListing(raw: Raw): ListingSearch {
  const q = typeof raw['q'] === 'string' ? raw['q'].trim().slice(0, 200) : ''
  return {
    q: q || undefined,
    sort: sorts.find((sort) => sort === raw['sort']),
    price_min: amount(raw['price_min']),
    price_max: amount(raw['price_max']),
    in_stock: raw['in_stock'] === 'true' || raw['in_stock'] === true ? true : undefined,
    attr: attributes(raw['attr']),
  }
}

/** The search with a value of an attribute put in or taken out. */
export function toggleAttribute(search: ListingSearch, name: string, value: string): ListingSearch {
  const had = search.attr?.[name] ?? []
  const list = had.includes(value) ? had.filter((one) => one !== value) : [...had, value]
  const attr = { ...search.attr, [name]: list }
  if (list.length === 0) delete attr[name]
  return { ...search, attr: Object.keys(attr).length > 0 ? attr : undefined }
}

export function countFilters(search: ListingSearch): number {
  const attributes = Object.values(search.attr ?? {}).flat().length
  const price = search.price_min !== undefined || search.price_max !== undefined
  return attributes + Number(price) + Number(search.in_stock ?? false)
}
