// Where the cart goes, told to the gateway: it decides how that can be
// delivered, and for how much.

import { useCallback, useEffect } from 'react'
import { useChangeCart } from '../bag/cart'
import type { Cart } from '../bag/kept'
import type { Saved } from './where'

export interface Destination {
  tell: (postalCode: string | null, state: string | null) => void
  /** Why the gateway does not know it, if it was told and does not. */
  error: Error | null
  again: () => void
}

/** Of `address`, or of what is told when there is none. */
export function useDestination(cart: Cart, address: Saved | undefined): Destination {
  const { mutate, error, variables } = useChangeCart({ quiet: true })
  const tell = useCallback(
    (postalCode: string | null, state: string | null) => {
      if (!postalCode && !state) return
      mutate({
        kind: 'terms',
        terms: {
          destination: {
            country: 'BR',
            ...(state ? { state } : {}),
            ...(postalCode ? { postal_code: postalCode } : {}),
          },
        },
      })
    },
    [mutate],
  )

  const postalCode = address?.postal_code ?? null
  const state = address?.region ?? null
  // Another cart has not been told.
  useEffect(() => tell(postalCode, state), [tell, cart.id, postalCode, state])

  return { tell, error, again: () => variables && mutate(variables) }
}
