// The bag is a cart of the gateway. Changes show at once and go there one after
// another, over all tabs; the last answer is what counts.

import { api, isProblem, ok } from '@commerce/api'
import { problemText, toast, useUser } from '@commerce/ui'
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { guess, within, type Change } from './change'
import { keep, kept, watchKept, type Cart, type Kept } from './kept'

const KEY = ['cart'] as const
const NO_ITEMS: Cart['items'] = []

let waiting = 0
let last: Promise<unknown> = Promise.resolve()

/** Runs when all before it have, in this tab and the others. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(() =>
    typeof navigator.locks === 'undefined'
      ? work()
      : (navigator.locks.request('commerce.cart', work) as Promise<T>),
  )
  last = mine.catch(() => undefined)
  return mine
}

const gone = (error: unknown) =>
  isProblem(error, 'cart_not_found') || isProblem(error, 'cart_closed')

const path = (id: string) => ({ params: { path: { id } } })

async function read({ id }: Kept, signal: AbortSignal): Promise<Cart | null> {
  try {
    const cart = await ok(api.GET('/api/v1/carts/{id}', { signal, ...path(id) }))
    if (cart.status === 'open') return cart
  } catch (error) {
    if (!gone(error)) throw error
  }
  return null
}

/** Whether another cart, or a later state of this one, came to be known while
 * it was asked for: that answer left the gateway before the other did. */
function overtaken(asked: Kept, answer: Cart | null): boolean {
  const now = kept()
  return now?.id !== asked.id || (answer !== null && answer.version < now.cart.version)
}

export const cartQuery = queryOptions({
  queryKey: KEY,
  initialData: () => kept()?.cart ?? null,
  initialDataUpdatedAt: 0,
  staleTime: 15_000,
  queryFn: async ({ client, signal }) => {
    const known = kept()
    const cart = known && (await read(known, signal))
    // What is being changed looks as it will; the change's own answer comes.
    if (waiting > 0) return client.getQueryData<Cart | null>(KEY) ?? null
    if (known && overtaken(known, cart)) return kept()?.cart ?? null
    keep(cart)
    return cart
  },
})

/** Whose cart it is has to be who is logged in: a guest's is merged into the
 * customer's, and a customer's is not shown to whoever comes after. */
function ownCart(queries: QueryClient, owner: string | null) {
  return inTurn(async () => {
    const known = kept()
    if ((known?.owner ?? null) === owner) return
    let cart: Cart | null = null
    if (owner !== null) {
      const guests = known && known.owner === null ? known.id : null
      cart = await ok(
        guests
          ? api.POST('/api/v1/carts/{id}/merge', path(guests))
          : api.POST('/api/v1/carts', { body: {} }),
      )
    }
    await queries.cancelQueries({ queryKey: KEY })
    keep(cart)
    queries.setQueryData(KEY, cart)
  })
}

/** Once for the whole app: the cart follows the session and the other tabs. */
export function useCartOfSession() {
  const queries = useQueryClient()
  const user = useUser()
  const owner = user === undefined ? undefined : (user?.id ?? null)
  useEffect(() => {
    if (owner === undefined) return
    // Without a network it is tried again by the next page or change.
    ownCart(queries, owner).catch(() => undefined)
  }, [queries, owner])
  useEffect(
    () => watchKept(() => queries.setQueryData(KEY, kept()?.cart ?? null)),
    [queries],
  )
}

/** The cart as it is known, without asking for it. */
export function useKnownCart(): Cart | null {
  return useQuery({ ...cartQuery, enabled: false }).data
}

export function useBagCount(): number {
  return (useKnownCart()?.items ?? NO_ITEMS).reduce((sum, { quantity }) => sum + quantity, 0)
}

async function send(change: Change): Promise<Cart | null> {
  const known = kept()
  if (change.kind === 'add') {
    const item = { variant_id: change.line.variantId, quantity: within(change.line.quantity) }
    if (!known) return ok(api.POST('/api/v1/carts', { body: { items: [item] } }))
    try {
      return await ok(api.POST('/api/v1/carts/{id}/items', { ...path(known.id), body: item }))
    } catch (error) {
      if (!gone(error)) throw error
      return ok(api.POST('/api/v1/carts', { body: { items: [item] } }))
    }
  }
  if (!known) return null
  const { id } = known
  switch (change.kind) {
    case 'set':
      return ok(
        api.PATCH('/api/v1/carts/{id}/items/{variant_id}', {
          params: { path: { id, variant_id: change.variantId } },
          body: { quantity: within(change.quantity) },
        }),
      )
    case 'remove':
      return ok(
        api.DELETE('/api/v1/carts/{id}/items/{variant_id}', {
          params: { path: { id, variant_id: change.variantId } },
        }),
      )
    case 'coupon':
      return ok(
        api.POST('/api/v1/carts/{id}/coupons', { ...path(id), body: { code: change.code } }),
      )
    case 'uncoupon':
      return ok(
        api.DELETE('/api/v1/carts/{id}/coupons/{code}', {
          params: { path: { id, code: change.code } },
        }),
      )
    case 'card':
      return ok(
        api.POST('/api/v1/carts/{id}/gift-cards', { ...path(id), body: { code: change.code } }),
      )
    case 'uncard':
      return ok(
        api.DELETE('/api/v1/carts/{id}/gift-cards/{gift_card_id}', {
          params: { path: { id, gift_card_id: change.id } },
        }),
      )
    case 'terms':
      return ok(api.PATCH('/api/v1/carts/{id}', { ...path(id), body: change.terms }))
  }
}

interface ChangeOptions {
  /** The place that asks tells of errors itself. */
  quiet?: boolean
}

export function useChangeCart({ quiet = false }: ChangeOptions = {}) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: Change) => inTurn(() => send(change)),
    onMutate: async (change) => {
      waiting++
      await queries.cancelQueries({ queryKey: KEY })
      queries.setQueryData(KEY, (before: Cart | null | undefined) => guess(before ?? null, change))
    },
    onSuccess: (cart) => {
      // The id of a new cart has to be known to the next change.
      keep(cart)
      if (waiting === 1) queries.setQueryData(KEY, cart)
    },
    onError: (error) => {
      if (gone(error)) keep(null)
      queries.setQueryData(KEY, kept()?.cart ?? null)
      void queries.invalidateQueries({ queryKey: KEY })
      if (!quiet) toast(problemText(error))
    },
    onSettled: () => {
      waiting--
    },
  })
}

/** It has become an order. */
export function forgetCart(queries: QueryClient) {
  keep(null)
  queries.setQueryData(KEY, null)
}

/** What has to be mended in the bag before it can be ordered. */
export function blocking(cart: Cart): Cart['problems'] {
  return cart.problems.filter(({ code }) =>
    ['insufficient_stock', 'unavailable_item', 'unknown_item'].includes(code),
  )
}
