import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shell } from '../frame/routes'
import type { NavGroup } from './types'

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/dashboard'), 'DashboardPage'),
})

export const routes = [dashboard] as const

export const nav: NavGroup = {
  entries: [{ to: '/', label: msg`Início`, glyph: 'home', exact: true }],
}
