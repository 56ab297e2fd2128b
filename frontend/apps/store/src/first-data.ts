import type { QueryClient } from '@tanstack/react-query'

interface Entry {
  key: unknown[]
  data: unknown
  /** Good to show, and to be asked for again. */
  stale?: boolean
}

/** What the page brought along (sql/store/api/pages) is the first answer of the
 * queries it names. */
export function takeFirstData(queries: QueryClient) {
  const island = document.getElementById('first-data')
  if (!island?.textContent) return
  for (const { key, data, stale } of JSON.parse(island.textContent) as Entry[]) {
    queries.setQueryData(key, data, stale ? { updatedAt: 1 } : undefined)
  }
  island.remove()
}
