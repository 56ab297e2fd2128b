// What the pages of prices ask the gateway for.

import { api, ok, type Schemas } from '@commerce/api'
import { queryOptions } from '@tanstack/react-query'

export type Promotion = Schemas['Promotion']
export type PriceList = Schemas['PriceList']
export type ListedPrice = Schemas['ListedPrice']
export type TaxClass = Schemas['TaxClassEntry']
export type TaxRate = Schemas['TaxRate']
export type ShippingMethod = Schemas['ShippingMethod']

/** Of prices that staff write down without saying which. */
export const HOUSE_CURRENCY = 'BRL'

/** Its version, and so its ETag, stays while it is redeemed: how often that
 * happened is not taken from what the browser keeps. */
export const promotion = (id: number) =>
  queryOptions({
    queryKey: ['promotions', 'one', id],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/promotions/{id}', {
          signal,
          cache: 'no-store',
          params: { path: { id } },
        }),
      ),
  })

export const priceList = (id: number) =>
  queryOptions({
    queryKey: ['price-lists', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/price-lists/{id}', { signal, params: { path: { id } } })),
  })

export const taxClasses = queryOptions({
  queryKey: ['tax-classes'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/tax/classes', { signal, params: { query: { limit: 200 } } }))).data,
})

export type Standing = 'off' | 'planned' | 'over' | 'on'

/** Whether something that is valid for a time counts now. */
export function standing(one: {
  active: boolean
  starts_at: string | null
  ends_at: string | null
}): Standing {
  const now = Date.now()
  if (!one.active) return 'off'
  if (one.starts_at && Date.parse(one.starts_at) > now) return 'planned'
  if (one.ends_at && Date.parse(one.ends_at) <= now) return 'over'
  return 'on'
}
