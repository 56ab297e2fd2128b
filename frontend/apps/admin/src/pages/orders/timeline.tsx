// What happened to an order, the newest first: who did it, when, and what was
// noted.

import { useFormat } from '@commerce/i18n'
import { Icon, type IconName } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Paged } from '../../parts/paged'
import { orderEvents, type Order, type OrderEvent } from './data'
import { providerName, statusName } from './status'

const icons: Record<string, IconName> = {
  'order.created': 'bag',
  'order.paid': 'card',
  'order.shipped': 'truck',
  'order.delivered': 'check',
  'order.canceled': 'close',
  'order.noted': 'edit',
  'order.updated': 'edit',
  'order.refunded': 'back',
  'order.partially_refunded': 'back',
  'order.edited': 'edit',
  'order.reduced': 'minus',
  'order.supplied': 'box',
  'fulfilment.created': 'truck',
  'fulfilment.updated': 'edit',
  'fulfilment.delivered': 'check',
  'fulfilment.canceled': 'close',
  'payment.captured': 'card',
  'payment.canceled': 'close',
  'refund.created': 'back',
  'refund.succeeded': 'back',
  'refund.failed': 'alert',
  'return.requested': 'back',
  'return.approved': 'check',
  'return.rejected': 'close',
  'return.canceled': 'close',
  'return.received': 'box',
  'return.exchanged': 'truck',
}

export function Timeline({ order }: { order: Order }) {
  const query = useInfiniteQuery(orderEvents(order.id))
  return (
    <Paged query={query} wait="h-40" empty={null}>
      {(events) => (
        <ol className="grid gap-5">
          {[...events].reverse().map((event) => (
            <Step key={`${event.version} ${event.type} ${event.created_at}`} event={event} order={order} />
          ))}
        </ol>
      )}
    </Paged>
  )
}

function Step({ event, order }: { event: OrderEvent; order: Order }) {
  const format = useFormat()
  return (
    <li className="flex items-start gap-3">
      <span className="grid size-8 shrink-0 place-items-center rounded-full bg-brand-soft text-brand">
        <Icon name={icons[event.type] ?? 'info'} className="size-4" />
      </span>
      <div className="min-w-0 grow">
        <p className="font-medium">
          <EventTitle event={event} />
        </p>
        <p className="text-sm text-muted">
          <time dateTime={event.created_at}>{format.dateTime(event.created_at)}</time>
          {event.actor_id === null && (
            <>
              {' · '}
              <Trans>pela loja</Trans>
            </>
          )}
        </p>
        {event.note && (
          <p className="mt-1.5 rounded-lg bg-sunken px-3 py-2 whitespace-pre-wrap">{event.note}</p>
        )}
        <EventData data={event.data} order={order} />
      </div>
    </li>
  )
}

function EventTitle({ event }: { event: OrderEvent }) {
  const { t } = useLingui()
  if (event.type === 'order.noted') return t`Anotação`
  if (event.from_status === null) return t`Pedido feito`
  // What was done says more than where that moves the order.
  if (event.type === 'order.edited') return t`Pedido alterado`
  if (event.type === 'order.reduced') return t`Parte do pedido cancelada`
  if (event.from_status !== event.to_status) return statusName(event.to_status)
  const names: Record<string, string> = {
    'order.updated': t`Dados do pedido mudados`,
    'order.partially_refunded': t`Reembolso parcial`,
    'order.refunded': t`Reembolso`,
    'order.supplied': t`O que faltava chegou`,
    'fulfilment.created': t`Envio`,
    'fulfilment.updated': t`Envio corrigido`,
    'fulfilment.delivered': t`Envio entregue`,
    'fulfilment.canceled': t`Envio cancelado`,
    'payment.captured': t`Pagamento recebido`,
    'payment.canceled': t`Pagamento cancelado`,
    'refund.created': t`Reembolso pedido`,
    'refund.succeeded': t`Reembolso feito`,
    'refund.failed': t`O reembolso não deu certo`,
    'return.requested': t`Devolução pedida`,
    'return.approved': t`Devolução aprovada`,
    'return.rejected': t`Devolução recusada`,
    'return.canceled': t`Devolução cancelada`,
    'return.received': t`Devolução recebida`,
    'return.exchanged': t`Devolução trocada`,
  }
  return names[event.type] ?? event.type
}

interface EventDataProps {
  data: OrderEvent['data']
  order: Order
}

/** Words of a carrier, an amount: what events tell beside their note. */
function EventData({ data, order }: EventDataProps) {
  const { t } = useLingui()
  const format = useFormat()
  if (!data) return null
  const names: Record<string, string> = {
    items: t`Itens`,
    carrier: t`Transportadora`,
    tracking_code: t`Código de rastreio`,
    tracking_url: t`Rastreio`,
    payment_method: t`Forma de pagamento`,
    payment_reference: t`Referência do pagamento`,
    provider: t`Por`,
    amount: t`Valor`,
    credit_id: t`Para`,
    refunded: t`Devolvido`,
    total_before: t`Somava`,
    total: t`Soma`,
    collected: t`Cobrado`,
    reason: t`Motivo`,
    error: t`Erro`,
  }
  // Events of a part of the order tell all of that part.
  const part = data['refund'] ?? data['payment'] ?? data['fulfilment'] ?? data['return'] ?? data
  const shown = Object.entries(part).flatMap(([key, value]) => {
    const name = names[key]
    const text = name && told(key, value)
    return text ? [{ key, name, text }] : []
  })

  function told(key: string, value: unknown): string | null {
    if (key === 'credit_id') return value && data?.['refund'] ? t`Vale-presente ou crédito na loja` : null
    if (key === 'provider') return providerName(String(value))
    if (key === 'items') return data?.['refund'] ? null : units(value)
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value && 'amount' in value && 'currency' in value) {
      const money = value as { amount: number; currency: string }
      return money.amount === 0 ? null : format.money(money)
    }
    return null
  }

  /** Of lines that the order has. */
  function units(value: unknown): string {
    const lines = value as { item_id: number; quantity: number }[]
    return lines
      .map((line) => {
        const name = order.items.find(({ id }) => id === line.item_id)?.name
        return `${format.number(line.quantity)} × ${name ?? line.item_id}`
      })
      .join(', ')
  }

  if (shown.length === 0) return null
  return (
    <dl className="mt-1.5 grid gap-0.5 text-sm">
      {shown.map(({ key, name, text }) => (
        <div key={key} className="flex flex-wrap gap-x-2">
          <dt className="text-muted">{name}</dt>
          <dd className="wrap-anywhere">{text}</dd>
        </div>
      ))}
    </dl>
  )
}
