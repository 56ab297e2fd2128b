// What the pages of orders ask the gateway for.

import { api, ok, type Schemas } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { live } from '../../live'

export type Order = Schemas['Order']
export type OrderStatus = Schemas['Status']
export type OrderEvent = Schemas['OrderEvent']
export type Payment = Schemas['Payment']
export type Refund = Schemas['Refund']
export type Parcel = Schemas['Fulfilment']
export type Return = Schemas['Return']

/** By id or number. */
export const order = (id: string) =>
  queryOptions({
    ...live('orders'),
    queryKey: ['orders', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/orders/{id}', { signal, params: { path: { id } } })),
  })

export const orderEvents = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'one', id, 'events'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/orders/{id}/events', {
          signal,
          params: { path: { id }, query: { limit: 100, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

export const orderPayments = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id, 'payments'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/payments', {
            signal,
            params: { path: { id }, query: { limit: 100 } },
          }),
        )
      ).data,
  })

export const orderRefunds = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id, 'refunds'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/refunds', {
            signal,
            params: { path: { id }, query: { limit: 200 } },
          }),
        )
      ).data,
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.status === 'pending') ? 2000 : false,
  })

/** What of a payment can still be given back: what was taken, less what went
 * back and what is promised. */
export function refundable(payment: Payment, refunds: readonly Refund[]): number {
  const promised = refunds
    .filter((one) => one.payment_id === payment.id && one.status === 'pending')
    .reduce((sum, one) => sum + one.amount.amount, 0)
  return Math.max(0, payment.captured.amount - payment.refunded.amount - promised)
}

export const orderParcels = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id, 'parcels'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/fulfilments', {
            signal,
            params: { path: { id }, query: { limit: 200 } },
          }),
        )
      ).data,
  })

export const orderReturns = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id, 'returns'],
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/orders/{id}/returns', {
            signal,
            params: { path: { id }, query: { limit: 200 } },
          }),
        )
      ).data,
  })

export const stockPlaces = queryOptions({
  queryKey: ['stock', 'locations', 'short'],
  staleTime: 60_000,
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/stock/locations', { signal, params: { query: { limit: 200 } } })))
      .data,
})

/** Where an order may be moved to from where it is; sending and refunds move it
 * by themselves. The gateway has the last word: it refuses other moves. */
const MOVES: Partial<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['paid', 'stock_shortfall', 'canceled'],
  stock_shortfall: ['pending', 'paid', 'canceled'],
  paid: ['stock_shortfall', 'canceled'],
  shipped: ['delivered'],
}

export function allowedMoves(order: Order): readonly OrderStatus[] {
  const moves = MOVES[order.status] ?? []
  // What has left is not called back by a word.
  return order.fulfilment_status === 'unfulfilled'
    ? moves
    : moves.filter((one) => one !== 'canceled' && one !== 'stock_shortfall')
}
