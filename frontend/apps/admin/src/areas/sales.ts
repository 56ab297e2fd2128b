// What is sold: orders, who buys, what reduces prices, money that waits.

import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { shell } from '../frame/routes'
import { compact, day, flag, oneOf, tableSearch, text, type Raw, type TableSearch } from '../search'
import type { NavGroup } from './types'

export const ORDER_STATUSES = [
  'pending',
  'stock_shortfall',
  'paid',
  'shipped',
  'delivered',
  'canceled',
  'partially_refunded',
  'refunded',
] as const

export interface OrdersSearch extends TableSearch {
  status?: (typeof ORDER_STATUSES)[number]
  /** Days, the last one included. */
  de?: string
  ate?: string
  /** A number, or a reference of another system. */
  q?: string
  cliente?: string
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function validateOrders(raw: Raw): OrdersSearch {
  const cliente = text(raw['cliente'])
  return compact({
    ...tableSearch(raw, []),
    status: oneOf(ORDER_STATUSES, raw['status']),
    de: day(raw['de']),
    ate: day(raw['ate']),
    q: text(raw['q']),
    cliente: cliente && UUID.test(cliente) ? cliente : undefined,
  })
}

export const RETURN_STATUSES = ['requested', 'approved', 'received', 'rejected', 'canceled'] as const

export interface ReturnsSearch extends TableSearch {
  status?: (typeof RETURN_STATUSES)[number]
  /** The one that is open: its order's id and its number. */
  aberta?: string
}

function validateReturns(raw: Raw): ReturnsSearch {
  const aberta = text(raw['aberta'], 50)
  return compact({
    ...tableSearch(raw, []),
    status: oneOf(RETURN_STATUSES, raw['status']),
    aberta: aberta && /^[0-9a-f-]{36}\.\d{1,9}$/i.test(aberta) ? aberta : undefined,
  })
}

export interface GiftCardsSearch extends TableSearch {
  /** How a code ends. */
  final?: string
  active?: 'true' | 'false'
  /** The one that is open. */
  aberto?: string
}

function validateGiftCards(raw: Raw): GiftCardsSearch {
  const final = text(raw['final'], 4)
  const aberto = text(raw['aberto'])
  return compact({
    ...tableSearch(raw, []),
    final: final && /^[0-9A-Za-z]+$/.test(final) ? final : undefined,
    active: oneOf(['true', 'false'] as const, String(raw['active'])),
    aberto: aberto && UUID.test(aberto) ? aberto : undefined,
  })
}

export interface PeopleSearch extends TableSearch {
  q?: string
  active?: 'true' | 'false'
  role?: string
}

export function validatePeople(raw: Raw): PeopleSearch {
  const role = text(raw['role'], 32)
  return compact({
    ...tableSearch(raw, ['created_at', 'name', 'email']),
    q: text(raw['q'], 100),
    active: oneOf(['true', 'false'] as const, String(raw['active'])),
    role: role && /^[a-z][a-z0-9_-]{1,31}$/.test(role) ? role : undefined,
  })
}

const orders = createRoute({
  getParentRoute: () => shell,
  path: '/pedidos',
  validateSearch: validateOrders,
  component: screen(() => import('../pages/orders/list'), 'OrdersPage'),
})

const order = createRoute({
  getParentRoute: () => shell,
  path: '/pedidos/$id',
  component: screen(() => import('../pages/orders/order'), 'OrderPage'),
})

const returns = createRoute({
  getParentRoute: () => shell,
  path: '/devolucoes',
  validateSearch: validateReturns,
  component: screen(() => import('../pages/orders/returns-list'), 'ReturnsPage'),
})

const customers = createRoute({
  getParentRoute: () => shell,
  path: '/clientes',
  validateSearch: validatePeople,
  component: screen(() => import('../pages/people/customers'), 'CustomersPage'),
})

const customer = createRoute({
  getParentRoute: () => shell,
  path: '/clientes/$id',
  component: screen(() => import('../pages/people/customer'), 'CustomerPage'),
})

const promotions = createRoute({
  getParentRoute: () => shell,
  path: '/promocoes',
  validateSearch: (raw: Raw): TableSearch & { code?: string } =>
    compact({ ...tableSearch(raw, []), code: text(raw['code'], 32) }),
  component: screen(() => import('../pages/pricing/promotions'), 'PromotionsPage'),
})

const newPromotion = createRoute({
  getParentRoute: () => shell,
  path: '/promocoes/nova',
  component: screen(() => import('../pages/pricing/promotion'), 'NewPromotionPage'),
})

const id = {
  parse: ({ id }: { id: string }) => ({ id: Number(id) }),
  stringify: ({ id }: { id: number }) => ({ id: String(id) }),
}

const promotion = createRoute({
  getParentRoute: () => shell,
  path: '/promocoes/$id',
  params: id,
  component: screen(() => import('../pages/pricing/promotion'), 'PromotionPage'),
})

const priceLists = createRoute({
  getParentRoute: () => shell,
  path: '/listas-de-precos',
  validateSearch: (raw: Raw): TableSearch => compact(tableSearch(raw, [])),
  component: screen(() => import('../pages/pricing/price-lists'), 'PriceListsPage'),
})

const newPriceList = createRoute({
  getParentRoute: () => shell,
  path: '/listas-de-precos/nova',
  component: screen(() => import('../pages/pricing/price-list'), 'NewPriceListPage'),
})

const priceList = createRoute({
  getParentRoute: () => shell,
  path: '/listas-de-precos/$id',
  params: id,
  component: screen(() => import('../pages/pricing/price-list'), 'PriceListPage'),
})

const giftCards = createRoute({
  getParentRoute: () => shell,
  path: '/vales-presente',
  validateSearch: validateGiftCards,
  component: screen(() => import('../pages/credit/cards'), 'GiftCardsPage'),
})

export interface AbandonedSearch extends TableSearch {
  /** Nobody has touched them for more days than that. */
  dias?: '1' | '3' | '7' | '30'
}

const abandoned = createRoute({
  getParentRoute: () => shell,
  path: '/sacolas-abandonadas',
  validateSearch: (raw: Raw): AbandonedSearch =>
    compact({ ...tableSearch(raw, []), dias: oneOf(['1', '3', '7', '30'] as const, String(raw['dias'])) }),
  component: screen(() => import('../pages/orders/abandoned'), 'AbandonedPage'),
})

const parked = createRoute({
  getParentRoute: () => shell,
  path: '/pagamentos-parados',
  validateSearch: (raw: Raw): { resolvidos?: true } =>
    compact({ resolvidos: flag(raw['resolvidos']) }),
  component: screen(() => import('../pages/payments/parked'), 'ParkedPage'),
})

export const routes = [
  orders,
  order,
  returns,
  customers,
  customer,
  promotions,
  newPromotion,
  promotion,
  priceLists,
  newPriceList,
  priceList,
  giftCards,
  abandoned,
  parked,
] as const

export const nav: NavGroup = {
  label: msg`Vendas`,
  entries: [
    { to: '/pedidos', label: msg`Pedidos`, glyph: 'receipt', scope: 'orders:read' },
    { to: '/devolucoes', label: msg`Devoluções`, glyph: 'reload', scope: 'orders:read' },
    {
      to: '/sacolas-abandonadas',
      label: msg`Sacolas abandonadas`,
      glyph: 'store',
      scope: 'reports:read',
    },
    { to: '/clientes', label: msg`Clientes`, glyph: 'people', scope: 'customers:read' },
    { to: '/promocoes', label: msg`Promoções e cupons`, glyph: 'ticket', scope: 'catalog:write' },
    { to: '/listas-de-precos', label: msg`Listas de preços`, glyph: 'tag', scope: 'catalog:write' },
    {
      to: '/vales-presente',
      label: msg`Vales-presente e crédito`,
      glyph: 'gift',
      scope: 'orders:read',
    },
    {
      to: '/pagamentos-parados',
      label: msg`Pagamentos parados`,
      glyph: 'card',
      scope: 'orders:write',
    },
  ],
}
