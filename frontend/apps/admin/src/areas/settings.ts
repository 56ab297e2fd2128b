// How the shop works: taxes, freight, who works here, what it tells others.

import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { shell } from '../frame/routes'
import { validatePeople } from './sales'
import type { NavGroup } from './types'

const taxes = createRoute({
  getParentRoute: () => shell,
  path: '/impostos',
  component: screen(() => import('../pages/pricing/taxes'), 'TaxesPage'),
})

const shipping = createRoute({
  getParentRoute: () => shell,
  path: '/entregas',
  component: screen(() => import('../pages/pricing/shipping'), 'ShippingPage'),
})

const users = createRoute({
  getParentRoute: () => shell,
  path: '/usuarios',
  validateSearch: validatePeople,
  component: screen(() => import('../pages/people/users'), 'UsersPage'),
})

const user = createRoute({
  getParentRoute: () => shell,
  path: '/usuarios/$id',
  component: screen(() => import('../pages/people/user'), 'UserPage'),
})

const roles = createRoute({
  getParentRoute: () => shell,
  path: '/papeis',
  component: screen(() => import('../pages/people/roles'), 'RolesPage'),
})

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  component: screen(() => import('../pages/background/webhooks'), 'WebhooksPage'),
})

const webhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$id',
  component: screen(() => import('../pages/background/webhook'), 'WebhookPage'),
})

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/mensagens',
  component: screen(() => import('../pages/background/mail'), 'MailPage'),
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/ajustes',
  component: screen(() => import('../pages/settings'), 'SettingsPage'),
})

export const routes = [settings, taxes, shipping, users, user, roles, webhooks, webhook, mail] as const

export const nav: NavGroup = {
  label: msg`Configuração`,
  entries: [
    { to: '/ajustes', label: msg`Ajustes da loja`, glyph: 'gear', scope: 'settings:write' },
    { to: '/impostos', label: msg`Impostos`, glyph: 'percent', scope: 'settings:write' },
    { to: '/entregas', label: msg`Formas de entrega`, glyph: 'truck', scope: 'settings:write' },
    { to: '/usuarios', label: msg`Usuários`, glyph: 'people', scope: 'users:read' },
    { to: '/papeis', label: msg`Papéis`, glyph: 'key', scope: 'users:read' },
    { to: '/webhooks', label: msg`Webhooks`, glyph: 'hook', scope: 'settings:write' },
    { to: '/mensagens', label: msg`Mensagens`, glyph: 'mail', scope: 'settings:write' },
  ],
}
