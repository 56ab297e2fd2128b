// The tree of addresses: the login, and within the frame the routes of each
// area. An area adds its own in its own file (areas/).

import { Arriving } from '@commerce/ui'
import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { areaRoutes } from './areas'
import { login, root, shell } from './frame/routes'
import { parseSearch, stringifySearch } from './search'

const tree = root.addChildren([login, shell.addChildren(areaRoutes)])

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/admin',
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPendingComponent: Arriving,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
