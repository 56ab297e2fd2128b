// The store of what was read. Whoever works here changes things all day, and
// so do others: nothing is believed for long.

import { newQueries } from '@commerce/ui'

export const queries = newQueries({ staleTime: 5_000, gcTime: 10 * 60_000 })
