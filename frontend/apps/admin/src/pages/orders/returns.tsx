// What comes back of an order: asked for, agreed to, received, and then paid
// back or sent anew.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Choice,
  toast,
  useScopes,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch, useAct, useKeyOf } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { chosenUnits, readUnits, UnitFields } from '../../form/units'
import { confirm } from '../../frame/confirm'
import { Card } from '../../parts/card'
import { readWhy, useOnce, Why } from './change'
import { orderReturns, type Order, type Return } from './data'
import { ReturnBadge } from './status'

/** Lines of which something arrived and was not given back. */
function returnable(order: Order) {
  return order.items
    .map((item) => ({ ...item, left: item.delivered - item.returned }))
    .filter(({ left }) => left > 0)
}

export function Returns({ order }: { order: Order }) {
  const scopes = useScopes()
  const { data } = useQuery(orderReturns(order.id))
  const [asking, setAsking] = useState(false)
  const may = order.kind === 'sale' && returnable(order).length > 0
  if (!data || (data.length === 0 && !may)) return null
  return (
    <Card
      title={<Trans>Devoluções</Trans>}
      action={
        may &&
        scopes.has('orders:write') && (
          <Button size="small" look="secondary" icon="back" onClick={() => setAsking(true)}>
            <Trans>Nova devolução</Trans>
          </Button>
        )
      }
    >
      {data.length === 0 && (
        <p className="text-muted">
          <Trans>Nada voltou.</Trans>
        </p>
      )}
      {data.map((one) => (
        <ReturnEntry key={one.id} order={order} of={one} />
      ))}
      {asking && <ReturnSheet order={order} close={() => setAsking(false)} />}
    </Card>
  )
}

export function ReturnEntry({ order, of: one }: { order: Order; of: Return }) {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const [receiving, setReceiving] = useState(false)
  const keyOf = useKeyOf()
  const params = { path: { id: order.id, return_id: one.id } }
  const move = useAct(
    (to: 'approve' | 'reject' | 'cancel') => {
      const options = { params, headers: ifMatch(one), body: {} }
      if (to === 'approve') {
        return ok(api.POST('/api/v1/orders/{id}/returns/{return_id}/approve', options))
      }
      return to === 'reject'
        ? ok(api.POST('/api/v1/orders/{id}/returns/{return_id}/reject', options))
        : ok(api.POST('/api/v1/orders/{id}/returns/{return_id}/cancel', options))
    },
    { refresh: [['orders']] },
  )
  const refund = useAct(
    () =>
      ok(
        api.POST('/api/v1/orders/{id}/refunds', {
          params: { path: { id: order.id }, header: { 'Idempotency-Key': keyOf(one.id) } },
          body: { return_id: one.id },
        }),
      ),
    {
      refresh: [['orders']],
      done: (made) =>
        toast(made.status === 'pending' ? t`Reembolso a caminho.` : t`Valor devolvido.`),
    },
  )
  const exchange = useAct(
    () =>
      ok(
        api.POST('/api/v1/orders/{id}/returns/{return_id}/exchange', {
          params,
          headers: ifMatch(one),
          body: {},
        }),
      ),
    { refresh: [['orders']], done: () => toast(t`A troca é um pedido novo.`) },
  )
  const open = one.status === 'requested' || one.status === 'approved'
  const unpaid =
    one.status === 'received' && one.refunded.amount === 0 && one.exchange_order_id === null
  return (
    <article className="grid gap-2 border-t border-line pt-4 first:border-0 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">
          <Trans>Devolução {one.number}</Trans>
        </h3>
        <ReturnBadge status={one.status} />
      </div>
      <p className="text-sm text-muted">
        {format.dateTime(one.created_at)}
        {one.reason && ` · ${one.reason}`}
      </p>
      <ul className="text-sm">
        {one.items.map((item) => (
          <li key={item.item_id}>
            {format.number(item.quantity)} × {item.name}{' '}
            <span className="text-muted">{item.sku}</span>
            {one.status === 'received' && (
              <span className="text-muted">
                {' · '}
                <Trans>
                  recebidos: {item.received}, no estoque: {item.restocked}
                </Trans>
              </span>
            )}
          </li>
        ))}
      </ul>
      {one.refunded.amount > 0 && (
        <p className="text-sm">
          <Trans>Devolvido: {format.money(one.refunded)}</Trans>
        </p>
      )}
      {one.exchange_order_id && (
        <p>
          <Link to="/pedidos/$id" params={{ id: one.exchange_order_id }} className="link">
            <Trans>Ver o pedido da troca</Trans>
          </Link>
        </p>
      )}
      {scopes.has('orders:write') && (open || unpaid) && (
        <div className="flex flex-wrap gap-2">
          {one.status === 'requested' && (
            <>
              <Button
                size="small"
                busy={move.isPending && move.variables === 'approve'}
                onClick={() => move.mutate('approve')}
              >
                <Trans>Aprovar</Trans>
              </Button>
              <Button
                size="small"
                look="danger"
                busy={move.isPending && move.variables === 'reject'}
                onClick={() => move.mutate('reject')}
              >
                <Trans>Recusar</Trans>
              </Button>
            </>
          )}
          {one.status === 'approved' && (
            <>
              <Button size="small" look="secondary" icon="box" onClick={() => setReceiving(true)}>
                <Trans>Registrar chegada</Trans>
              </Button>
              <Button size="small" look="quiet" onClick={() => move.mutate('cancel')}>
                <Trans>Cancelar a devolução</Trans>
              </Button>
            </>
          )}
          {unpaid && (
            <>
              <Button
                size="small"
                look="secondary"
                busy={refund.isPending}
                onClick={() =>
                  void confirm({
                    title: t`Devolver o valor?`,
                    text: t`O que voltou é pago de volta pela forma em que foi pago.`,
                    action: t`Devolver o valor`,
                    danger: true,
                  }).then((yes) => yes && refund.mutate())
                }
              >
                <Trans>Devolver o valor</Trans>
              </Button>
              <Button
                size="small"
                look="quiet"
                busy={exchange.isPending}
                onClick={() =>
                  void confirm({
                    title: t`Enviar o mesmo de novo?`,
                    text: t`A troca vira um pedido novo, pago com o que voltou.`,
                    action: t`Trocar`,
                  }).then((yes) => yes && exchange.mutate())
                }
              >
                <Trans>Trocar</Trans>
              </Button>
            </>
          )}
        </div>
      )}
      <ActError error={move.error ?? refund.error ?? exchange.error} />
      {receiving && <ReceiveSheet order={order} of={one} close={() => setReceiving(false)} />}
    </article>
  )
}

function ReturnSheet({ order, close }: { order: Order; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const once = useOnce(order)
  const lines = returnable(order)
  const make = useAct(
    (body: Schemas['NewReturn']) =>
      ok(
        api.POST('/api/v1/orders/{id}/returns', {
          params: once.any(body),
          body,
        }),
      ),
    { refresh: [['orders']], done: close },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const items = chosenUnits(read, lines, format)
      return { items, ...readWhy(read) }
    },
    make.mutate,
    make.error,
  )
  return (
    <Sheet
      title={t`Nova devolução`}
      onClose={close}
      onSubmit={onSubmit}
      busy={make.isPending}
      error={make.error}
      does={<Trans>Aceitar a devolução</Trans>}
    >
      <UnitFields lines={lines} error={error} />
      <Why />
    </Sheet>
  )
}

function ReceiveSheet({ order, of: one, close }: { order: Order; of: Return; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const lines = one.items.map(({ item_id, quantity, ...item }) => ({
    ...item,
    id: item_id,
    left: quantity,
  }))
  const receive = useAct(
    (body: { items: { item_id: number; quantity: number }[]; restock: boolean; loss?: 'damage' }) =>
      ok(
        api.POST('/api/v1/orders/{id}/returns/{return_id}/receive', {
          params: { path: { id: order.id, return_id: one.id } },
          headers: ifMatch(one),
          body,
        }),
      ),
    { refresh: [['orders']], done: close },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const items = readUnits(read, lines, format)
      const restock = read.on('restock')
      return { items, restock, ...(restock ? {} : { loss: 'damage' as const }) }
    },
    receive.mutate,
    receive.error,
  )
  return (
    <Sheet
      title={t`O que chegou da devolução ${one.number}`}
      onClose={close}
      onSubmit={onSubmit}
      busy={receive.isPending}
      error={receive.error}
      does={<Trans>Chegou</Trans>}
    >
      <UnitFields lines={lines} all error={error} />
      <Choice type="checkbox" name="restock" defaultChecked>
        <Trans>Pode ser vendido de novo: volta para o estoque</Trans>
      </Choice>
    </Sheet>
  )
}
