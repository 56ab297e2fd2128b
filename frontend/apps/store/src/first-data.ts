import type { QueryClient } from '@tanstack/react-query'

/** What the page brought along (sql/store/api/pages) is the first answer of the
 * query it names. What was meant for search engines has done its work. */
export function takeFirstData(queries: QueryClient) {
  const island = document.getElementById('first-data')
  document.getElementById('ld')?.remove()
  if (!island?.textContent) return
  const { key, data } = JSON.parse(island.textContent) as { key: unknown[]; data: unknown }
  queries.setQueryData(key, data)
  island.remove()
}
