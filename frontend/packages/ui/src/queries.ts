// How what was read and what is sent go with the network, in both apps.

import { mayRetry } from '@commerce/api'
import { QueryClient } from '@tanstack/react-query'

interface Kept {
  /** Milliseconds that an answer is believed for, and kept for. */
  staleTime: number
  gcTime: number
}

/** Without a network a page says so at once, and asks again by itself when it is
 * back; what was sent is refused at once, not kept back to be done when nobody
 * looks any more. */
export function newQueries({ staleTime, gcTime }: Kept): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: mayRetry,
        staleTime,
        gcTime,
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { networkMode: 'always' },
    },
  })
}
