// The one place that decides how a page learns of what others change. Today it
// asks again now and then, which costs a 304 where nothing moved (the browser
// keeps the ETag); a WebSocket topic of the same name can take the place of
// these intervals without a page knowing.

import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useCallback } from 'react'

/** How many milliseconds an answer about a topic may lag behind. */
const LAG = {
  stock: 3_000,
  products: 15_000,
  categories: 30_000,
  orders: 10_000,
  jobs: 3_000,
  health: 5_000,
  reports: 60_000,
} as const

export type Topic = keyof typeof LAG

/** A list of more pages than these is read again when somebody asks for it:
 * its newest rows are far away. */
const PAGES = 2

interface Asked {
  state: { data?: unknown }
}

function long({ state }: Asked): boolean {
  const { pages } = (state.data ?? {}) as { pages?: unknown[] }
  return pages !== undefined && pages.length > PAGES
}

/** Spread into the options of a query: it follows the topic while it is shown
 * in a window that is looked at. */
export function live(topic: Topic) {
  return {
    refetchInterval: (query: Asked) => (long(query) ? (false as const) : LAG[topic]),
    refetchOnWindowFocus: (query: Asked) => (long(query) ? false : ('always' as const)),
  }
}

/** After a change of one's own: what is shown of these keys is read again. */
export function useChanged() {
  const queries = useQueryClient()
  return useCallback(
    (...keys: QueryKey[]) =>
      Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey }))),
    [queries],
  )
}
