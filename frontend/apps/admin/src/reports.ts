// What analytics is asked for, by the pages that show it.

import { api, ok, type paths } from '@commerce/api'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { live } from './live'

export type SalesQuery = NonNullable<
  paths['/api/v1/analytics/sales']['get']['parameters']['query']
>
export interface Span {
  from?: string | undefined
  to?: string | undefined
  currency?: string | undefined
}

/** Figures of a span beside those before it; of the last 30 days without one. */
export const kpis = (span: Span = {}) =>
  queryOptions({
    queryKey: ['reports', 'kpis', span],
    queryFn: () => ok(api.GET('/api/v1/analytics/kpis', { params: { query: span } })),
    placeholderData: keepPreviousData,
    ...live('reports'),
  })

/** All periods of a span: a page holds as many as a chart can show. */
export const series = (query: SalesQuery) =>
  queryOptions({
    queryKey: ['reports', 'series', query],
    queryFn: () =>
      ok(api.GET('/api/v1/analytics/sales', { params: { query: { ...query, limit: 200 } } })),
    placeholderData: keepPreviousData,
    ...live('reports'),
  })

export const sales = (query: SalesQuery) =>
  infiniteQueryOptions({
    queryKey: ['reports', 'sales', query],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/analytics/sales', {
          params: { query: { ...query, limit: 100, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ page }) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const topProducts = (span: Span) =>
  queryOptions({
    queryKey: ['reports', 'top', span],
    queryFn: () =>
      ok(api.GET('/api/v1/analytics/top-products', { params: { query: { ...span, limit: 6 } } })),
    placeholderData: keepPreviousData,
    ...live('reports'),
  })
