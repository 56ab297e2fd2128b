// What happened to an order, the newest first: who did it, when, and what was
// noted.

import { useFormat } from '@commerce/i18n'
import { Button, ErrorState, Icon, Skeleton, type IconName } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { orderEvents, type OrderEvent } from './data'
import { statusName } from './status'

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
}

export function Timeline({ id }: { id: string }) {
  const query = useInfiniteQuery(orderEvents(id))
  const events = query.data?.pages.flatMap((page) => page.data)
  if (query.error && !events) {
    return <ErrorState error={query.error} retry={() => void query.refetch()} />
  }
  if (!events) return <Skeleton className="h-40" />
  return (
    <>
      <ol className="grid gap-5">
        {[...events].reverse().map((event) => (
          <Step key={`${event.version} ${event.type} ${event.created_at}`} event={event} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          look="quiet"
          size="small"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          <Trans>Mostrar mais</Trans>
        </Button>
      )}
    </>
  )
}

function Step({ event }: { event: OrderEvent }) {
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
        <EventData data={event.data} />
      </div>
    </li>
  )
}

function EventTitle({ event }: { event: OrderEvent }) {
  const { t } = useLingui()
  if (event.type === 'order.noted') return t`Anotação`
  if (event.from_status === null) return t`Pedido feito`
  if (event.from_status !== event.to_status) return statusName(event.to_status)
  const names: Record<string, string> = {
    'order.updated': t`Dados do pedido mudados`,
    'order.partially_refunded': t`Reembolso parcial`,
    'order.refunded': t`Reembolso`,
  }
  return names[event.type] ?? event.type
}

/** Words of a carrier, an amount: what events tell beside their note. */
function EventData({ data }: { data: OrderEvent['data'] }) {
  const { t } = useLingui()
  const format = useFormat()
  if (!data) return null
  const names: Record<string, string> = {
    carrier: t`Transportadora`,
    tracking_code: t`Código de rastreio`,
    tracking_url: t`Rastreio`,
    payment_method: t`Forma de pagamento`,
    payment_reference: t`Referência do pagamento`,
    refunded: t`Devolvido até agora`,
    reason: t`Motivo`,
  }
  const shown = Object.entries(data).flatMap(([key, value]) => {
    const name = names[key]
    const text = told(value)
    return name && text ? [{ name, text }] : []
  })

  function told(value: unknown): string | null {
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value && 'amount' in value && 'currency' in value) {
      return format.money(value as { amount: number; currency: string })
    }
    return null
  }

  if (shown.length === 0) return null
  return (
    <dl className="mt-1.5 grid gap-0.5 text-sm">
      {shown.map(({ name, text }) => (
        <div key={name} className="flex flex-wrap gap-x-2">
          <dt className="text-muted">{name}</dt>
          <dd className="break-all">{text}</dd>
        </div>
      ))}
    </dl>
  )
}
