import { screen } from '@commerce/ui'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  Outlet,
} from '@tanstack/react-router'
import { text, type Raw } from '../search'
import { NotFound, PageError } from './not-found'
import { Shell } from './shell'

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <main className="grid min-h-dvh place-content-center">
      <NotFound />
    </main>
  ),
})

export const login = createRoute({
  getParentRoute: () => root,
  path: '/entrar',
  validateSearch: (raw: Raw): { de?: string } => ({ de: inside(raw['de']) }),
  component: screen(() => import('../pages/login'), 'LoginPage'),
})

/** The frame around every page; whoever is not logged in is led to the login. */
export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: PageError,
})

/** A place of the administration to go back to, and of no other. */
function inside(value: unknown): string | undefined {
  const place = text(value, 2000)
  return place && /^\/(?![/\\])/.test(place) ? place : undefined
}
