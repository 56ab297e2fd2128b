// What pickers search in.

import { api, ok } from '@commerce/api'
import type { Choice } from './pick'

export async function findProducts(words: string, signal: AbortSignal): Promise<Choice[]> {
  const { data } = await ok(
    api.GET('/api/v1/products', {
      signal,
      params: { query: { q: words || undefined, limit: 10 } },
    }),
  )
  return data.map(({ id, name }) => ({ id: String(id), text: name, note: `#${id}` }))
}

export async function findCategories(words: string, signal: AbortSignal): Promise<Choice[]> {
  const { data } = await ok(
    api.GET('/api/v1/categories', {
      signal,
      params: { query: { q: words || undefined, limit: 20 } },
    }),
  )
  return data.map(({ id, name }) => ({ id: String(id), text: name, note: `#${id}` }))
}

export async function findCustomers(words: string, signal: AbortSignal): Promise<Choice[]> {
  const { data } = await ok(
    api.GET('/api/v1/customers', {
      signal,
      params: { query: { q: words.length > 1 ? words : undefined, limit: 10 } },
    }),
  )
  return data.map(({ id, name, email }) => ({ id, text: name, note: email }))
}

/** The names of products that are known by their ids. */
export async function productNames(ids: readonly number[]): Promise<Choice[]> {
  if (ids.length === 0) return []
  const { data } = await ok(
    api.GET('/api/v1/products', { params: { query: { ids: ids.slice(0, 200), limit: 200 } } }),
  )
  return named(ids, data)
}

export async function categoryNames(ids: readonly number[]): Promise<Choice[]> {
  if (ids.length === 0) return []
  const { data } = await ok(api.GET('/api/v1/categories', { params: { query: { limit: 200 } } }))
  return named(ids, data)
}

function named(ids: readonly number[], rows: readonly { id: number; name: string }[]): Choice[] {
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return ids.map((id) => ({ id: String(id), text: names.get(id) ?? `#${id}` }))
}
