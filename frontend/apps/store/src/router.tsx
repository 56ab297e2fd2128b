// Every address of the storefront in one place. The screens are loaded when
// they are first needed; the names are Portuguese, and none is one of the API's.

import { Arriving, screen } from '@commerce/ui'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
} from '@tanstack/react-router'
import { categoryTree, listing, product, rail } from './data'
import { Layout } from './frame/layout'
import { Broken } from './pages/broken'
import { NotFound } from './pages/not-found'
import { parseSearch, stringifySearch, validateListing } from './search'

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Layout,
  notFoundComponent: NotFound,
})

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: ({ context: { queries } }) => {
    void queries.prefetchQuery(categoryTree)
    void queries.prefetchQuery(rail({ sort: 'popularity' }))
    void queries.prefetchQuery(rail({ sort: 'created' }))
  },
  component: screen(() => import('./pages/home'), 'Home'),
})

export const searchRoute = createRoute({
  getParentRoute: () => root,
  path: '/busca',
  validateSearch: validateListing,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps }) => {
    void queries.prefetchInfiniteQuery(listing(deps))
  },
  component: screen(() => import('./pages/listing'), 'SearchPage'),
})

export const categoryRoute = createRoute({
  getParentRoute: () => root,
  path: '/categoria/$slug',
  validateSearch: validateListing,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps, params }) => {
    void queries.prefetchInfiniteQuery(listing(deps, params.slug))
  },
  component: screen(() => import('./pages/listing'), 'CategoryPage'),
})

export const productRoute = createRoute({
  getParentRoute: () => root,
  path: '/produto/$id',
  validateSearch: (raw: Record<string, unknown>): { sku?: string } => ({ sku: text(raw['sku']) }),
  loader: ({ context: { queries }, params }) => {
    void queries.prefetchQuery(product(params.id))
  },
  component: screen(() => import('./pages/product'), 'ProductPage'),
})

const bag = createRoute({
  getParentRoute: () => root,
  path: '/sacola',
  component: screen(() => import('./pages/bag'), 'BagPage'),
})

const checkout = createRoute({
  getParentRoute: () => root,
  path: '/finalizar',
  component: screen(() => import('./pages/checkout'), 'CheckoutPage'),
})

const paymentReturn = createRoute({
  getParentRoute: () => root,
  path: '/finalizar/volta',
  component: screen(() => import('./pages/payment-return'), 'PaymentReturnPage'),
})

export const loginRoute = createRoute({
  getParentRoute: () => root,
  path: '/entrar',
  validateSearch: (raw: Record<string, unknown>): { de?: string } => ({ de: inside(raw['de']) }),
  component: screen(() => import('./pages/login'), 'LoginPage'),
})

export const registerRoute = createRoute({
  getParentRoute: () => root,
  path: '/cadastro',
  validateSearch: (raw: Record<string, unknown>): { de?: string } => ({ de: inside(raw['de']) }),
  component: screen(() => import('./pages/register'), 'RegisterPage'),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/esqueci-a-senha',
  component: screen(() => import('./pages/password'), 'ForgotPage'),
})

export const resetRoute = createRoute({
  getParentRoute: () => root,
  path: '/nova-senha',
  validateSearch: (raw: Record<string, unknown>): { token?: string } => ({ token: text(raw['token']) }),
  component: screen(() => import('./pages/password'), 'ResetPage'),
})

export const confirmRoute = createRoute({
  getParentRoute: () => root,
  path: '/confirmar-email',
  validateSearch: (raw: Record<string, unknown>): { token?: string } => ({ token: text(raw['token']) }),
  component: screen(() => import('./pages/confirm'), 'ConfirmPage'),
})

export const guestOrderRoute = createRoute({
  getParentRoute: () => root,
  path: '/pedido/$number',
  component: screen(() => import('./pages/guest-order'), 'GuestOrderPage'),
})

export const trackRoute = createRoute({
  getParentRoute: () => root,
  path: '/rastreio',
  validateSearch: (raw: Record<string, unknown>): { pedido?: string } => ({
    pedido: raw['pedido'] === undefined ? undefined : String(raw['pedido']).slice(0, 18),
  }),
  component: screen(() => import('./pages/track'), 'TrackPage'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/conta',
  component: screen(() => import('./pages/account'), 'AccountPage'),
})

const accountOrders = createRoute({
  getParentRoute: () => account,
  path: '/',
  component: screen(() => import('./pages/account-orders'), 'OrdersPage'),
})

export const orderRoute = createRoute({
  getParentRoute: () => account,
  path: 'pedidos/$id',
  validateSearch: (raw: Record<string, unknown>): { novo?: true } =>
    raw['novo'] === undefined ? {} : { novo: true },
  component: screen(() => import('./pages/account-order'), 'OrderPage'),
})

const addresses = createRoute({
  getParentRoute: () => account,
  path: 'enderecos',
  component: screen(() => import('./pages/account-addresses'), 'AddressesPage'),
})

const wishes = createRoute({
  getParentRoute: () => account,
  path: 'desejos',
  component: screen(() => import('./pages/account-wishes'), 'WishesPage'),
})

const safety = createRoute({
  getParentRoute: () => account,
  path: 'seguranca',
  component: screen(() => import('./pages/account-safety'), 'SafetyPage'),
})

const data = createRoute({
  getParentRoute: () => account,
  path: 'dados',
  component: screen(() => import('./pages/account-data'), 'DataPage'),
})

const credits = createRoute({
  getParentRoute: () => root,
  path: '/creditos',
  component: screen(() => import('./pages/credits'), 'CreditsPage'),
})

/** A place of this shop to go back to, and of no other. */
function inside(value: unknown): string | undefined {
  const place = text(value)
  return place && /^\/(?![/\\])/.test(place) ? place : undefined
}

const tree = root.addChildren([
  home,
  searchRoute,
  categoryRoute,
  productRoute,
  bag,
  checkout,
  paymentReturn,
  loginRoute,
  registerRoute,
  forgot,
  resetRoute,
  confirmRoute,
  guestOrderRoute,
  trackRoute,
  account.addChildren([accountOrders, orderRoute, addresses, wishes, safety, data]),
  credits,
])

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultErrorComponent: Broken,
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
