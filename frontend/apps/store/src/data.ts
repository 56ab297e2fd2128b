// What the pages read, one function a query.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { validateListing, type ListingSearch } from './search'

export type Product = Schemas['Product']
export type ProductItem = Schemas['ProductItem']
export type Variant = Schemas['ProductVariant']
export type Order = Schemas['Order']
export interface Branch {
  id: number
  slug: string
  name: string
  children: Branch[]
}

const MINUTES = 60_000

export const categoryTree = queryOptions({
  queryKey: ['categories'],
  staleTime: 10 * MINUTES,
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/categories/tree', { signal }))).data as unknown as Branch[],
})

export const rail = (query: { sort: 'created' | 'popularity'; category?: string }) =>
  queryOptions({
    queryKey: ['rail', query],
    staleTime: MINUTES,
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/products', {
            signal,
            params: {
              query: {
                sort: [query.sort === 'created' ? '-created_at' : '-popularity'],
                category: query.category,
                in_stock: true,
                limit: 10,
              },
            },
          }),
        )
      ).data,
  })

const FACETS = ['category', 'price', 'availability', 'attributes'] as const

/** In place of the cursor after a page that came with the document: cursors are
 * signed by the gateway alone, and it tells that one when more is wanted. */
const UNTOLD = 'untold'

interface Page {
  data: ProductItem[]
  page: Schemas['Page']
  facets?: Schemas['Facets']
}

export const nextPage = ({ page }: Page) =>
  page.next ?? (page.has_more ? UNTOLD : undefined)

/** `asked` may hold more of an address than belongs to a list. */
export const listing = (asked: ListingSearch, category?: string) => {
  const search = validateListing({ ...asked })
  const ask = (signal: AbortSignal, cursor?: string, facets?: typeof FACETS): Promise<Page> =>
    ok(
      api.GET('/api/v1/products', {
        signal,
        params: {
          query: {
            ...search,
            sort: search.sort && [search.sort],
            category,
            limit: 24,
            cursor,
            facets: facets && [...facets],
          },
        },
      }),
    )
  return infiniteQueryOptions({
    queryKey: ['products', search, category ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      if (!pageParam) return ask(signal, undefined, FACETS)
      if (pageParam !== UNTOLD) return ask(signal, pageParam)
      const first = await ask(signal)
      return first.page.next ? ask(signal, first.page.next) : { ...first, data: [] }
    },
    getNextPageParam: nextPage,
  })
}

export const suggestions = (q: string) =>
  queryOptions({
    queryKey: ['suggest', q],
    enabled: q.length > 0,
    staleTime: 5 * MINUTES,
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/search/suggest', { signal, params: { query: { q, limit: 8 } } }),
        )
      ).suggestions ?? [],
  })

/** By slug or id. While it is shown it is asked for again now and then, which
 * costs a 304 when nothing changed. A live topic would replace this interval. */
export const product = (id: string) =>
  queryOptions({
    queryKey: ['product', id],
    refetchInterval: 30_000,
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/products/{id}', { signal, params: { path: { id } } })),
  })

export const related = (id: string) =>
  queryOptions({
    queryKey: ['related', id],
    staleTime: 5 * MINUTES,
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/products/{id}/related', {
            signal,
            params: { path: { id }, query: { limit: 8 } },
          }),
        )
      ).data ?? [],
  })

export const productsByIds = (ids: number[]) =>
  queryOptions({
    queryKey: ['products', 'ids', ids],
    enabled: ids.length > 0,
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/products', { signal, params: { query: { ids, limit: 200 } } }),
        )
      ).data,
  })

export const myOrders = infiniteQueryOptions({
  queryKey: ['me', 'orders'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ok(
      api.GET('/api/v1/me/orders', {
        signal,
        params: { query: { limit: 10, cursor: pageParam } },
      }),
    ),
  getNextPageParam: (last) => last.page.next ?? undefined,
})

export const order = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    refetchInterval: 30_000,
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/orders/{id}', { signal, params: { path: { id } } })),
  })

export const orderEvents = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'events'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/events', {
            signal,
            params: { path: { id }, query: { limit: 100 } },
          }),
        )
      ).data,
  })

export const orderPayments = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'payments'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/payments', {
            signal,
            params: { path: { id }, query: { limit: 50 } },
          }),
        )
      ).data,
  })


export const orderParcels = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'parcels'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/fulfilments', {
            signal,
            params: { path: { id }, query: { limit: 50 } },
          }),
        )
      ).data,
  })

export type TrackedOrder = Schemas['TrackedOrder']

/** For whoever knows the number of an order and the address it was placed with. */
export const trackedOrder = (number: number, email: string) =>
  queryOptions({
    queryKey: ['tracked', number, email],
    staleTime: 0,
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      ok(api.POST('/api/v1/orders/track', { signal, body: { number, email } })),
  })

/** What comes back of an order of the reader's own. */
export const orderReturns = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'returns'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/returns', {
            signal,
            params: { path: { id }, query: { limit: 50 } },
          }),
        )
      ).data,
  })

export const myAddresses = queryOptions({
  queryKey: ['me', 'addresses'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/me/addresses', { signal, params: { query: { limit: 50 } } }))).data,
})

export const myWishes = queryOptions({
  queryKey: ['me', 'wishes'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/me/wishlist', { signal, params: { query: { limit: 200 } } }))).data,
})

/** What the shop owes the customer, an account for each currency. */
export const myCredit = queryOptions({
  queryKey: ['me', 'credit'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/me/store-credit', { signal, params: { query: { limit: 50 } } }))).data,
})

export const mySessions = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/me/sessions', { signal, params: { query: { limit: 50 } } }))).data,
})

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/me', { signal })),
})
