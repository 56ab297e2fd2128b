// What the pages of people ask the gateway for.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

export type User = Schemas['User']
export type Role = Schemas['Role']

export const customer = (id: string) =>
  queryOptions({
    queryKey: ['customers', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/customers/{id}', { signal, params: { path: { id } } })),
  })

export const customerOrders = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'of', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/customers/{id}/orders', {
          signal,
          params: { path: { id }, query: { limit: 20, cursor: pageParam, count: 'exact' } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

export const user = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/users/{id}', { signal, params: { path: { id } } })),
  })

export const roles = queryOptions({
  queryKey: ['roles'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/roles', { signal, params: { query: { limit: 200 } } }))).data,
})
