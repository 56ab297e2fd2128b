// What waits for somebody, each with the place where it is dealt with.

import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, useScopes, type Tone } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { live } from '../../live'
import { PlaceLink } from '../../parts/place-link'
import { Panel } from './panel'

type OrderStatus = 'pending' | 'paid' | 'stock_shortfall'

const MANY = 50

function useOrders(status: OrderStatus, enabled: boolean) {
  return useQuery({
    queryKey: ['orders', 'count', status],
    queryFn: () =>
      ok(api.GET('/api/v1/orders', { params: { query: { status, limit: 1, count: 'exact' } } })),
    enabled,
    ...live('orders'),
  })
}

export function Waiting() {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const orders = scopes.has('orders:read')
  const pending = useOrders('pending', orders)
  const paid = useOrders('paid', orders)
  const short = useOrders('stock_shortfall', orders)
  const money = scopes.has('orders:write')
  const parked = useQuery({
    queryKey: ['payments', 'parked', 'count'],
    queryFn: () => ok(api.GET('/api/v1/admin/payments/parked', { params: { query: { limit: MANY } } })),
    enabled: money,
    ...live('orders'),
  })
  const admin = scopes.has('admin')
  const dead = useQuery({
    queryKey: ['jobs', 'count', 'dead'],
    queryFn: () =>
      ok(api.GET('/api/v1/admin/jobs', { params: { query: { status: 'dead', limit: 1, count: 'exact' } } })),
    enabled: admin,
    ...live('jobs'),
    refetchInterval: 30_000,
  })

  const lines: Line[] = []
  if (orders) {
    lines.push(
      { label: t`Pedidos para enviar`, count: paid.data?.page.total, tone: 'warn', to: '/pedidos', search: { status: 'paid' } },
      { label: t`Pedidos que esperam pagamento`, count: pending.data?.page.total, tone: 'neutral', to: '/pedidos', search: { status: 'pending' } },
      { label: t`Pedidos sem estoque`, count: short.data?.page.total, tone: 'bad', to: '/pedidos', search: { status: 'stock_shortfall' } },
    )
  }
  if (money) {
    lines.push({
      label: t`Pagamentos para conferir`,
      count: parked.data?.data.length,
      more: parked.data?.page.has_more,
      tone: 'bad',
      to: '/pagamentos-parados',
    })
  }
  if (admin) {
    lines.push({ label: t`Tarefas que falharam`, count: dead.data?.page.total, tone: 'bad', to: '/tarefas', search: { status: 'dead' } })
  }
  const asked = [...(orders ? [pending, paid, short] : []), ...(money ? [parked] : []), ...(admin ? [dead] : [])]
  const failed = asked.find(({ error }) => error)
  if (lines.length === 0) return null
  return (
    <Panel
      title={t`Espera por alguém`}
      query={{
        isPending: asked.some(({ isPending }) => isPending) && !failed,
        isLoadingError: failed?.isLoadingError ?? false,
        error: failed?.error,
        refetch: () => Promise.all(asked.map((query) => query.refetch())),
      }}
    >
      <ul className="divide-y divide-line">
        {lines.map(({ label, count = 0, more, tone, to, search }) => (
          <li key={label} className="flex min-h-11 items-center justify-between gap-3">
            <PlaceLink to={to} search={search}>{label}</PlaceLink>
            <Badge tone={count > 0 ? tone : 'neutral'}>
              {format.number(count)}
              {more && '+'}
            </Badge>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

interface Line {
  label: string
  count: number | undefined
  more?: boolean | undefined
  tone: Tone
  to: string
  search?: Record<string, string>
}

export function LowStock() {
  const { t } = useLingui()
  const format = useFormat()
  const query = useQuery({
    queryKey: ['stock', 'low', 'first'],
    queryFn: () => ok(api.GET('/api/v1/stock/low', { params: { query: { limit: 6 } } })),
    ...live('stock'),
    refetchInterval: 30_000,
  })
  const rows = query.data?.data ?? []
  return (
    <Panel
      title={t`Estoque baixo`}
      query={query}
      more={
        <PlaceLink to="/estoque/baixo">
          <Trans>Todos</Trans>
        </PlaceLink>
      }
    >
      {rows.length === 0 && (
        <p className="py-6 text-center text-muted">
          <Trans>Nada está acabando.</Trans>
        </p>
      )}
      <ul className="divide-y divide-line">
        {rows.map(({ variant_id, product_id, name, sku, available }) => (
          <li key={variant_id} className="flex min-h-11 items-center justify-between gap-3 py-1">
            <div className="min-w-0">
              <PlaceLink to="/produtos/$id" params={{ id: String(product_id) }} className="block truncate link">
                {name}
              </PlaceLink>
              <p className="truncate text-xs text-muted">{sku}</p>
            </div>
            <Badge tone={available > 0 ? 'warn' : 'bad'}>
              {available > 0 ? t`${format.number(available)} em estoque` : t`acabou`}
            </Badge>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
