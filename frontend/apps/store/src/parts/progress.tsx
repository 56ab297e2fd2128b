// How far an order is, and what has left for it.

import type { Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Icon } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import type { TrackedOrder } from '../data'

type Status = Schemas['Status']
type Far = Schemas['FulfilmentStatus']

const REACHED: Record<Status, number> = {
  pending: 0,
  stock_shortfall: 0,
  paid: 1,
  shipped: 2,
  delivered: 3,
  partially_refunded: 1,
  refunded: -1,
  canceled: -1,
}

/** The four steps of an order that goes well; nothing for one that does not. */
export function Progress({ status, far }: { status: Status; far: Far }) {
  const { t } = useLingui()
  const names = [t`Pedido feito`, t`Pagamento confirmado`, t`Enviado`, t`Entregue`]
  const sent = { unfulfilled: 0, partially_shipped: 1, shipped: 2, partially_delivered: 2, delivered: 3 }
  const at = REACHED[status] < 0 ? -1 : Math.max(REACHED[status], sent[far])
  if (at < 0) return null
  return (
    <ol aria-label={t`Andamento`} className="grid grid-cols-4">
      {names.map((name, step) => {
        const done = step <= at
        return (
          <li
            key={name}
            aria-current={step === at ? 'step' : undefined}
            className="relative grid justify-items-center gap-2 text-center"
          >
            {step > 0 && (
              <span
                aria-hidden="true"
                className={`absolute top-3.5 right-1/2 h-1 w-full ${done ? 'bg-brand' : 'bg-line'}`}
              />
            )}
            <span
              className={`relative z-1 grid size-8 place-items-center rounded-full ${done ? 'bg-brand text-on-brand' : 'border-2 border-line bg-surface text-muted'}`}
            >
              {done ? <Icon name="check" className="size-4" /> : <span className="sr-only">…</span>}
            </span>
            <span className={`text-xs leading-tight sm:text-sm ${done ? 'font-semibold' : 'text-muted'}`}>
              {name}
              {step === 2 && far === 'partially_shipped' && (
                <span className="block font-normal">
                  <Trans>em parte</Trans>
                </span>
              )}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

interface ParcelShown {
  number: number
  status: string
  carrier: string | null
  tracking_code: string | null
  tracking_url: string | null
  shipped_at: string
  delivered_at: string | null
  items: { item_id: number; quantity: number }[]
}

interface ParcelsProps {
  parcels: readonly ParcelShown[]
  items: readonly Pick<TrackedOrder['items'][number], 'id' | 'name'>[]
}

export function Parcels({ parcels, items }: ParcelsProps) {
  const format = useFormat()
  return (
    <ul className="grid gap-4">
      {parcels.map((parcel) => (
        <li key={parcel.number} className="grid gap-2 rounded-lg border border-line p-4">
          <p className="flex flex-wrap items-center justify-between gap-2">
            <span className="flex items-center gap-2 font-semibold">
              <Icon name="truck" className="size-5 text-brand" />
              <Trans>Remessa {parcel.number}</Trans>
            </span>
            {parcel.status === 'delivered' ? (
              <Badge tone="good">
                <Trans>Entregue</Trans>
              </Badge>
            ) : (
              <Badge tone="brand">
                <Trans>A caminho</Trans>
              </Badge>
            )}
          </p>
          <p className="text-sm text-muted">
            {parcel.delivered_at ? (
              <Trans>Entregue em {format.dateTime(parcel.delivered_at)}</Trans>
            ) : (
              <Trans>Enviada em {format.dateTime(parcel.shipped_at)}</Trans>
            )}
          </p>
          <ul className="text-sm">
            {parcel.items.map(({ item_id, quantity }) => (
              <li key={item_id}>
                {quantity} × {items.find(({ id }) => id === item_id)?.name}
              </li>
            ))}
          </ul>
          {(parcel.carrier ?? parcel.tracking_code) && (
            <p className="flex flex-wrap items-center gap-x-3 text-sm">
              {[parcel.carrier, parcel.tracking_code].filter(Boolean).join(' · ')}
              {/^https?:\/\//.test(parcel.tracking_url ?? '') && (
                <a href={parcel.tracking_url ?? ''} rel="noreferrer" target="_blank" className="link py-1">
                  <Trans>Seguir com a transportadora</Trans>
                </a>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
