// What the bag costs now, by the one function that also prices orders.

import { api, ok, type Schemas } from '@commerce/api'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { BagLine } from './store'

export type Quote = Schemas['Quote']

export interface Terms {
  /** A state of Brazil; null before the address is known. */
  state: string | null
  postalCode: string | null
  method: string | null
}

export const NO_TERMS: Terms = { state: null, postalCode: null, method: null }

export const quote = (lines: readonly BagLine[], terms: Terms) =>
  queryOptions({
    queryKey: ['quote', lines.map((line) => [line.variantId, line.quantity]), terms],
    enabled: lines.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 0,
    queryFn: ({ signal }) => {
      const body = {
        items: lines.map((line) => ({ variant_id: line.variantId, quantity: line.quantity })),
        destination: {
          country: 'BR',
          ...(terms.state ? { state: terms.state } : {}),
          ...(terms.postalCode ? { postal_code: terms.postalCode } : {}),
        },
        ...(terms.method ? { shipping_method: terms.method } : {}),
      }
      return ok(api.POST('/api/v1/quotes', { signal, body }))
    },
  })
