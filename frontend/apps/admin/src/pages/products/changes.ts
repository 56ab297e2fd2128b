// A change to many products at once: what each was, what it would be, and the
// one call that does it.

import type { Schemas } from '@commerce/api'
import type { ProductItem, Status, Variant } from '../../data/catalog'

export type Change =
  | { kind: 'status'; status: Status }
  | { kind: 'price'; percent: number }
  | { kind: 'category'; id: number; name: string; add: boolean }

export type Item = Schemas['BatchItem']

/** Half up, and never below nothing. */
export function changedPrice(amount: number, percent: number): number {
  return Math.max(0, Math.round(amount * (1 + percent / 100)))
}

export interface Planned {
  product: ProductItem
  /** Undefined when it would stay as it is. */
  item: Item | undefined
  before: string
  after: string
}

interface Words {
  status: (status: Status) => string
  money: (price: { amount: number; currency: string }) => string
  none: string
}

function range(prices: { amount: number; currency: string }[], money: Words['money']) {
  const sorted = [...prices].sort((a, b) => a.amount - b.amount)
  const [low, high] = [sorted[0], sorted.at(-1)]
  if (!low || !high) return ''
  return low.amount === high.amount ? money(low) : `${money(low)} – ${money(high)}`
}

/** What a change does to a product. Prices are the variants': a list of
 * variants has to name all of them, or those left out would be deleted. */
export function plan(
  product: ProductItem,
  change: Change,
  variants: readonly Variant[] | undefined,
  words: Words,
): Planned {
  switch (change.kind) {
    case 'status': {
      const same = product.status === change.status
      return {
        product,
        before: words.status(product.status),
        after: words.status(change.status),
        item: same ? undefined : { id: product.id, status: change.status },
      }
    }
    case 'price': {
      const before = (variants ?? []).map(({ price }) => price)
      const after = before.map(({ amount, currency }) => ({
        amount: changedPrice(amount, change.percent),
        currency,
      }))
      const same = after.every(({ amount }, index) => amount === before[index]?.amount)
      return {
        product,
        before: range(before, words.money),
        after: range(after, words.money),
        item: same
          ? undefined
          : {
              id: product.id,
              variants: (variants ?? []).map(({ id }, index) => ({ id, price: after[index] })),
            },
      }
    }
    case 'category': {
      const had = product.categories.map(({ id }) => id)
      const ids = change.add
        ? [...new Set([...had, change.id])]
        : had.filter((id) => id !== change.id)
      const names = change.add
        ? [...product.categories.filter(({ id }) => id !== change.id), { name: change.name }]
        : product.categories.filter(({ id }) => id !== change.id)
      const text = (list: { name: string }[]) =>
        list.map(({ name }) => name).join(', ') || words.none
      return {
        product,
        before: text(product.categories),
        after: text(names),
        item:
          ids.length === had.length ? undefined : { id: product.id, category_ids: ids },
      }
    }
  }
}
