// What the pages of credit ask the gateway for, and what they say of it.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

export type Credit = Schemas['Credit']
export type CreditEntry = Schemas['CreditEntry']

export interface CardFilter {
  hint?: string | undefined
  active?: boolean | undefined
}

export const giftCards = (filter: CardFilter) =>
  infiniteQueryOptions({
    queryKey: ['credit', 'cards', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/gift-cards', {
          signal,
          params: { query: { ...filter, limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

export const giftCard = (id: string) =>
  queryOptions({
    queryKey: ['credit', 'card', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/gift-cards/{id}', { signal, params: { path: { id } } })),
  })

/** An account for each currency. */
export const storeCredit = (customer: string) =>
  queryOptions({
    queryKey: ['credit', 'of', customer],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/customers/{id}/store-credit', {
            signal,
            params: { path: { id: customer }, query: { limit: 100 } },
          }),
        )
      ).data,
  })

export const entries = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['credit', 'entries', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/credits/{id}/entries', {
          signal,
          params: { path: { id }, query: { limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

export type Standing = 'usable' | 'blocked' | 'over' | 'empty'

/** Why a card pays nothing, or that it pays. */
export function standing(one: Credit): Standing {
  if (!one.active) return 'blocked'
  if (one.expires_at && Date.parse(one.expires_at) <= Date.now()) return 'over'
  return one.balance.amount > 0 ? 'usable' : 'empty'
}
