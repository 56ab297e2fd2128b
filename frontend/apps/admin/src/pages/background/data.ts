// What the pages of background work ask the gateway for.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

export type Job = Schemas['Job']
export type JobListed = Schemas['JobListed']
export type JobStatus = Schemas['JobStatus']
export type Webhook = Schemas['Webhook']
export type WebhookMade = Schemas['WebhookMade']
export type DeliveryStatus = Schemas['DeliveryStatus']

export const job = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/admin/jobs/{id}', { signal, params: { path: { id } } })),
    refetchInterval: ({ state }) => (underWay(state.data?.status) ? 3000 : false),
  })

export function underWay(status: JobStatus | undefined): boolean {
  return status === 'waiting' || status === 'behind' || status === 'running'
}

export const webhooks = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/admin/webhooks', { signal, params: { query: { limit: 200 } } })))
      .data,
})

export const webhook = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/admin/webhooks/{id}', { signal, params: { path: { id } } })),
  })

export const deliveries = (id: string, status: DeliveryStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'one', id, 'deliveries', status ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/webhooks/{id}/deliveries', {
          signal,
          params: { path: { id }, query: { status, limit: 20, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some((one) => one.status === 'pending'))
        ? 3000
        : false,
  })

export const delivery = (webhook: string, id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', webhook, 'deliveries', 'one', id],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/admin/webhooks/{id}/deliveries/{delivery_id}', {
          signal,
          params: { path: { id: webhook, delivery_id: id } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 3000 : false),
  })
