// All areas, in the order of the navigation. An area is one file: `routes`, what
// it adds to the tree, and `nav`, its entries. A new area is one line in each
// list below; a page within an area is a matter of its file alone.

import * as catalog from './catalog'
import * as home from './home'
import * as sales from './sales'
import * as settings from './settings'
import * as stock from './stock'
import * as system from './system'
import type { NavGroup } from './types'

export const areaRoutes = [
  ...home.routes,
  ...sales.routes,
  ...catalog.routes,
  ...stock.routes,
  ...system.routes,
  ...settings.routes,
] as const

export const navigation: readonly NavGroup[] = [
  home.nav,
  sales.nav,
  catalog.nav,
  stock.nav,
  system.nav,
  settings.nav,
]
