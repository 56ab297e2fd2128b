// What this browser keeps of its cart: the id, which is a guest's only key to
// it, whose it is, and how it looked last, so that the bag is there at once and
// without a network. Tabs share it.

import type { Schemas } from '@commerce/api'

export type Cart = Schemas['Cart']

export interface Kept {
  id: string
  /** The customer; null while it is a guest's. */
  owner: string | null
  cart: Cart
}

const STORED = 'commerce.cart'

let inMemory: Kept | null = null

export function kept(): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(STORED) ?? 'null') as Partial<Kept> | null
    return typeof found?.id === 'string' && Array.isArray(found.cart?.items)
      ? (found as Kept)
      : null
  } catch {
    return inMemory
  }
}

/** Null forgets it. */
export function keep(cart: Cart | null) {
  inMemory = cart && { id: cart.id, owner: cart.customer_id, cart }
  try {
    if (inMemory) localStorage.setItem(STORED, JSON.stringify(inMemory))
    else localStorage.removeItem(STORED)
  } catch {
    // The bag then lasts as long as the page.
  }
}

/** Calls back when another tab has kept something. */
export function watchKept(watcher: () => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === STORED || event.key === null) watcher()
  }
  addEventListener('storage', heard)
  return () => removeEventListener('storage', heard)
}
