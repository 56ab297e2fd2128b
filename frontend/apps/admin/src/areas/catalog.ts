import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { product, products, validateProducts, variants } from '../data/catalog'
import { shell } from '../frame/routes'
import type { NavGroup } from './types'

const list = createRoute({
  getParentRoute: () => shell,
  path: '/produtos',
  validateSearch: validateProducts,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps }) => {
    void queries.prefetchInfiniteQuery(products(deps))
  },
  component: screen(() => import('../pages/products'), 'ProductsPage'),
})

const made = createRoute({
  getParentRoute: () => shell,
  path: '/produtos/novo',
  component: screen(() => import('../pages/product-editor'), 'NewProductPage'),
})

const editor = createRoute({
  getParentRoute: () => shell,
  path: '/produtos/$id',
  loader: ({ context: { queries }, params }) => {
    void queries.prefetchQuery(product(params.id))
    void queries.prefetchQuery(variants(params.id))
  },
  component: screen(() => import('../pages/product-editor'), 'ProductPage'),
})

const categories = createRoute({
  getParentRoute: () => shell,
  path: '/categorias',
  component: screen(() => import('../pages/categories'), 'CategoriesPage'),
})

export const routes = [list, made, editor, categories] as const

export const nav: NavGroup = {
  label: msg`Catálogo`,
  entries: [
    { to: '/produtos', label: msg`Produtos`, glyph: 'tag', scope: 'catalog:write' },
    { to: '/categorias', label: msg`Categorias`, glyph: 'tree', scope: 'catalog:write' },
  ],
}
