// The bag of this browser: what was chosen, with the name and price it had
// then, so that a change can be told. It is shared by the tabs.

import { useSyncExternalStore } from 'react'
import type { MoneyValue } from '@commerce/i18n'

export interface BagLine {
  variantId: number
  productId: number
  slug: string
  name: string
  /** What sets the variant apart; empty when there is only one. */
  variant: string
  image: string | null
  price: MoneyValue
  quantity: number
}

export const MOST = 99
const STORED = 'commerce.bag'
const NONE: readonly BagLine[] = []

let lines: readonly BagLine[] = read()
const watchers = new Set<() => void>()

addEventListener('storage', (event) => {
  if (event.key === STORED) {
    lines = read()
    watchers.forEach((watcher) => watcher())
  }
})

function isLine(value: unknown): value is BagLine {
  const line = value as Partial<BagLine> | null
  return (
    typeof line === 'object' &&
    line !== null &&
    Number.isSafeInteger(line.variantId) &&
    Number.isSafeInteger(line.productId) &&
    Number.isSafeInteger(line.quantity) &&
    typeof line.slug === 'string' &&
    typeof line.name === 'string' &&
    typeof line.price?.amount === 'number' &&
    typeof line.price.currency === 'string'
  )
}

function read(): readonly BagLine[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isLine) : NONE
  } catch {
    return NONE
  }
}

function write(next: readonly BagLine[]) {
  lines = next
  try {
    localStorage.setItem(STORED, JSON.stringify(next))
  } catch {
    // The bag then lasts as long as the page.
  }
  watchers.forEach((watcher) => watcher())
}

const within = (quantity: number) => Math.max(1, Math.min(MOST, Math.trunc(quantity)))

export function addLine(line: BagLine) {
  const had = lines.find((one) => one.variantId === line.variantId)
  write(
    had
      ? lines.map((one) =>
          one === had
            ? { ...line, quantity: within(had.quantity + line.quantity) }
            : one,
        )
      : [...lines, { ...line, quantity: within(line.quantity) }],
  )
}

export function setQuantity(variantId: number, quantity: number) {
  write(
    lines.map((line) =>
      line.variantId === variantId ? { ...line, quantity: within(quantity) } : line,
    ),
  )
}

export function removeLine(variantId: number) {
  write(lines.filter((line) => line.variantId !== variantId))
}

export function putBack(line: BagLine) {
  write([...lines.filter((one) => one.variantId !== line.variantId), line])
}

/** The reader has seen the price of now. */
export function acceptPrice(variantId: number, price: MoneyValue) {
  write(lines.map((line) => (line.variantId === variantId ? { ...line, price } : line)))
}

export function emptyBag() {
  write(NONE)
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => {
    watchers.delete(watcher)
  }
}

export function useBag() {
  return useSyncExternalStore(watch, () => lines)
}

export function useBagCount() {
  return useSyncExternalStore(watch, () =>
    lines.reduce((sum, line) => sum + line.quantity, 0),
  )
}
