import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { shell } from '../frame/routes'
import { compact, oneOf, text, type Raw } from '../search'
import { validateReports } from '../pages/reports/search'
import type { NavGroup } from './types'

export interface DashboardSearch {
  /** How many days, when not 30. */
  days?: '7' | '14' | '90' | undefined
  currency?: string | undefined
}

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: (raw: Raw): DashboardSearch =>
    compact({
      days: oneOf(['7', '14', '90'], raw['days']),
      currency: text(raw['currency'], 3),
    }),
  component: screen(() => import('../pages/dashboard'), 'DashboardPage'),
})

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/relatorios',
  validateSearch: validateReports,
  component: screen(() => import('../pages/reports'), 'ReportsPage'),
})

export const routes = [dashboard, reports] as const

export const nav: NavGroup = {
  entries: [
    { to: '/', label: msg`Início`, glyph: 'home', exact: true },
    { to: '/relatorios', label: msg`Relatórios`, glyph: 'chart', scope: 'reports:read' },
  ],
}
