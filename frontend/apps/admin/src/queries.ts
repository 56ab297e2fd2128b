// The store of what was read. Whoever works here changes things all day, and
// so do others: nothing is believed for long.

import { mayRetry } from '@commerce/api'
import { QueryClient } from '@tanstack/react-query'

export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: mayRetry, staleTime: 5_000, gcTime: 10 * 60_000 },
  },
})
