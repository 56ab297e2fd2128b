import type { QueryClient } from '@tanstack/react-query'

interface Entry {
  key: unknown[]
  data: unknown
}

/** What the page brought along (sql/store/api/pages) is the first answer of the
 * queries it names. */
export function takeFirstData(queries: QueryClient) {
  const island = document.getElementById('first-data')
  if (!island?.textContent) return
  for (const { key, data } of JSON.parse(island.textContent) as Entry[]) {
    queries.setQueryData(key, data)
  }
  island.remove()
}
