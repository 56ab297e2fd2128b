import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { validateMovements, validateStock } from '../data/stock'
import { shell } from '../frame/routes'
import { compact, tableSearch, type Raw } from '../search'
import type { NavGroup } from './types'

const levels = createRoute({
  getParentRoute: () => shell,
  path: '/estoque',
  validateSearch: validateStock,
  component: screen(() => import('../pages/stock'), 'StockPage'),
})

const movements = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/movimentos',
  validateSearch: validateMovements,
  component: screen(() => import('../pages/movements'), 'MovementsPage'),
})

const low = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/baixo',
  validateSearch: (raw: Raw) => compact(tableSearch(raw, [])),
  component: screen(() => import('../pages/low-stock'), 'LowStockPage'),
})

const counts = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/contagem',
  component: screen(() => import('../pages/stock-counts'), 'StockCountPage'),
})

const transfers = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/transferencia',
  component: screen(() => import('../pages/transfers'), 'TransferPage'),
})

const locations = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/locais',
  component: screen(() => import('../pages/locations'), 'LocationsPage'),
})

const consistency = createRoute({
  getParentRoute: () => shell,
  path: '/estoque/conferencia',
  component: screen(() => import('../pages/consistency'), 'ConsistencyPage'),
})

export const routes = [levels, movements, low, counts, transfers, locations, consistency] as const

export const nav: NavGroup = {
  label: msg`Estoque`,
  entries: [
    { to: '/estoque', label: msg`Níveis`, glyph: 'shelf', scope: 'stock:read', exact: true },
    { to: '/estoque/baixo', label: msg`Estoque baixo`, glyph: 'low', scope: 'stock:read' },
    { to: '/estoque/movimentos', label: msg`Movimentos`, glyph: 'ledger', scope: 'stock:read' },
    { to: '/estoque/contagem', label: msg`Contagem`, glyph: 'clipboard', scope: 'stock:write' },
    { to: '/estoque/transferencia', label: msg`Transferência`, glyph: 'swap', scope: 'stock:write' },
    { to: '/estoque/locais', label: msg`Locais`, glyph: 'pin', scope: 'stock:read' },
    { to: '/estoque/conferencia', label: msg`Conferência`, glyph: 'scale', scope: 'admin' },
  ],
}
