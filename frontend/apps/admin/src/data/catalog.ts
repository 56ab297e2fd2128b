// What pages read and change of the catalogue.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { live } from '../live'
import { compact, flag, oneOf, tableSearch, text, type Raw, type TableSearch } from '../search'

export type Product = Schemas['Product']
export type ProductItem = Schemas['ProductItem']
export type Variant = Schemas['Variant']
export type Related = Schemas['RelatedProduct']
export type Status = Schemas['ProductStatus']
export type Category = Schemas['Category']
export interface Branch {
  id: number
  slug: string
  name: string
  parent_id: number | null
  position: number
  version: number
  children: Branch[]
}

export const statuses: readonly Status[] = ['active', 'draft', 'archived']

export interface ProductsSearch extends TableSearch {
  q?: string
  status?: Status
  category?: string
  stock?: 'in' | 'out'
  /** The dialog for a new product is open. */
  novo?: true
}

export function validateProducts(raw: Raw): ProductsSearch {
  return compact({
    ...tableSearch(raw, ['name', 'price', 'created_at', 'popularity']),
    q: text(raw['q']),
    status: oneOf(statuses, raw['status']),
    category: text(raw['category'], 120),
    stock: oneOf(['in', 'out'] as const, raw['stock']),
    novo: flag(raw['novo']),
  })
}

type SortKey = NonNullable<
  NonNullable<Parameters<typeof listed>[0]>['sort']
>[number]

function listed(query: {
  q?: string
  status?: Status
  category?: string
  in_stock?: boolean
  sort?: ('relevance' | 'price' | '-price' | 'name' | '-name' | 'created_at' | '-created_at' | 'popularity' | '-popularity')[]
  count?: 'estimated' | 'exact'
  limit?: number
  cursor?: string
}, signal: AbortSignal) {
  return ok(api.GET('/api/v1/products', { signal, params: { query } }))
}

export const products = ({ q, status, category, stock, sort }: ProductsSearch) =>
  infiniteQueryOptions({
    queryKey: ['products', 'list', { q, status, category, stock, sort }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listed(
        {
          q,
          status,
          category,
          in_stock: stock && stock === 'in',
          sort: sort ? [sort as SortKey] : undefined,
          count: pageParam ? undefined : 'exact',
          limit: 100,
          cursor: pageParam,
        },
        signal,
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const product = (id: string) =>
  queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/products/{id}', { signal, params: { path: { id } } })),
  })

/** All of them, those out of sale as well. */
export const variants = (id: string) =>
  queryOptions({
    queryKey: ['products', 'one', id, 'variants'],
    queryFn: async ({ signal }) =>
      (await ok(api.GET('/api/v1/products/{id}/variants', { signal, params: { path: { id } } })))
        .data,
  })

/** Those that were chosen by hand, also what the store does not show now. */
export const related = (id: string) =>
  queryOptions({
    queryKey: ['products', 'one', id, 'related'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/products/{id}/related', {
            signal,
            params: { path: { id }, query: { chosen: true, limit: RELATED_MOST } },
          }),
        )
      ).data,
  })

/** As many as the gateway takes. */
export const RELATED_MOST = 24

export const categoryTree = queryOptions({
  queryKey: ['categories', 'tree'],
  ...live('categories'),
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/categories/tree', { signal }))).data as unknown as Branch[],
})

export const taxClasses = queryOptions({
  queryKey: ['tax', 'classes'],
  staleTime: 10 * 60_000,
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/tax/classes', { signal, params: { query: { limit: 200 } } }))).data,
})

/** The branches of a tree, each with the names above it. */
export function flatten(branches: readonly Branch[], above: readonly Branch[] = []): { branch: Branch; above: readonly Branch[] }[] {
  return branches.flatMap((branch) => [
    { branch, above },
    ...flatten(branch.children, [...above, branch]),
  ])
}

/** For `Pick`: products by their words. */
export async function findProducts(words: string, signal: AbortSignal) {
  const { data } = await listed({ q: words || undefined, limit: 20 }, signal)
  return data.map((one) => ({ id: String(one.id), text: one.name, note: `#${one.id}`, product: one }))
}
