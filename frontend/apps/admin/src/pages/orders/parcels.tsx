// What left for an order, parcel by parcel, and what is still to be sent.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Badge,
  Button,
  ErrorState,
  Field,
  SelectField,
  Skeleton,
  TextAreaField,
  toast,
  useScopes,
} from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ActError, ifMatch, useAct, useKeyOf } from '../../form/act'
import { useEdit } from '../../form/edit'
import { useForm, type Reader } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { chosenUnits, UnitFields } from '../../form/units'
import { Card } from '../../parts/card'
import { confirm } from '../../frame/confirm'
import { orderParcels, stockPlaces, type Order, type Parcel } from './data'
import { GiveUpSheet, mayGiveUp } from './give-up'
import { waiting } from './waiting'

export function fulfilmentName(status: Order['fulfilment_status']): string {
  const names: Record<Order['fulfilment_status'], string> = {
    unfulfilled: t`Nada enviado`,
    partially_shipped: t`Enviado em parte`,
    shipped: t`Tudo enviado`,
    partially_delivered: t`Entregue em parte`,
    delivered: t`Tudo entregue`,
  }
  return names[status] ?? status
}

export function maySend(order: Order): boolean {
  return order.kind === 'sale' && order.status === 'paid' && waiting(order).length > 0
}

export function Parcels({ order }: { order: Order }) {
  const { data, error, refetch } = useQuery(orderParcels(order.id))
  const scopes = useScopes()
  const [sending, setSending] = useState(false)
  const [givingUp, setGivingUp] = useState(false)
  const left = waiting(order).reduce((sum, one) => sum + one.left, 0)
  const total = order.items.reduce((sum, one) => sum + one.quantity - one.canceled, 0)
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <Trans>Remessas</Trans>
          <Badge tone={left === 0 ? 'good' : 'neutral'}>
            {fulfilmentName(order.fulfilment_status)}
          </Badge>
        </span>
      }
      action={
        scopes.has('orders:write') && (
          <span className="flex flex-wrap gap-2">
            {mayGiveUp(order) && (
              <Button size="small" look="quiet" icon="minus" onClick={() => setGivingUp(true)}>
                <Trans>Cancelar o que falta</Trans>
              </Button>
            )}
            {maySend(order) && (
              <Button size="small" icon="truck" onClick={() => setSending(true)}>
                <Trans>Enviar</Trans>
              </Button>
            )}
          </span>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-16" />
      ) : (
        <>
          {left > 0 && order.kind === 'sale' && order.status !== 'canceled' && (
            <p className="text-muted">
              <Trans>
                A enviar: {left} de {total}
              </Trans>
            </p>
          )}
          {data.map((parcel) => (
            <ParcelEntry key={parcel.id} order={order} parcel={parcel} />
          ))}
          {data.length === 0 && left === 0 && (
            <p className="text-muted">
              <Trans>Sem remessas.</Trans>
            </p>
          )}
        </>
      )}
      {givingUp && <GiveUpSheet order={order} close={() => setGivingUp(false)} />}
      {sending && <SendSheet order={order} close={() => setSending(false)} />}
    </Card>
  )
}

function ParcelBadge({ parcel }: { parcel: Parcel }) {
  switch (parcel.status) {
    case 'shipped':
      return <Badge tone="brand">{t`A caminho`}</Badge>
    case 'delivered':
      return <Badge tone="good">{t`Entregue`}</Badge>
    default:
      return <Badge>{t`Cancelada`}</Badge>
  }
}

function ParcelEntry({ order, parcel }: { order: Order; parcel: Parcel }) {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const [tracking, setTracking] = useState(false)
  const params = { path: { id: order.id, fulfilment_id: parcel.id } }
  const deliver = useAct(
    () =>
      ok(
        api.POST('/api/v1/orders/{id}/fulfilments/{fulfilment_id}/deliver', {
          params,
          headers: ifMatch(parcel),
          body: {},
        }),
      ),
    { refresh: [['orders']], done: () => toast(t`Entrega registrada.`) },
  )
  const cancel = useAct(
    () =>
      ok(
        api.POST('/api/v1/orders/{id}/fulfilments/{fulfilment_id}/cancel', {
          params,
          headers: ifMatch(parcel),
          body: {},
        }),
      ),
    { refresh: [['orders']], done: () => toast(t`Remessa cancelada.`) },
  )
  const url = parcel.tracking_url
  return (
    <article className="grid gap-2 border-t border-line pt-4 first:border-0 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">
          <Trans>Remessa {parcel.number}</Trans>
        </h3>
        <ParcelBadge parcel={parcel} />
      </div>
      <p className="text-sm text-muted">
        {format.dateTime(parcel.created_at)}
        {parcel.carrier && ` · ${parcel.carrier}`}
        {parcel.delivered_at && ` · ${t`chegou em ${format.dateTime(parcel.delivered_at)}`}`}
      </p>
      {(parcel.tracking_code ?? url) && (
        <p className="text-sm">
          <Trans>Rastreio:</Trans>{' '}
          {url && /^https?:/.test(url) ? (
            <a className="link wrap-anywhere" href={url} target="_blank" rel="noreferrer">
              {parcel.tracking_code ?? url}
            </a>
          ) : (
            <span className="wrap-anywhere">{parcel.tracking_code}</span>
          )}
        </p>
      )}
      <ul className="text-sm">
        {parcel.items.map((item) => (
          <li key={`${item.item_id} ${item.location_id}`}>
            {format.number(item.quantity)} × {item.name}{' '}
            <span className="text-muted">{item.sku}</span>
          </li>
        ))}
      </ul>
      {parcel.status === 'shipped' && scopes.has('orders:write') && (
        <div className="flex flex-wrap gap-2">
          <Button
            size="small"
            look="secondary"
            icon="check"
            busy={deliver.isPending}
            onClick={() => deliver.mutate()}
          >
            <Trans>Chegou</Trans>
          </Button>
          <Button size="small" look="quiet" icon="edit" onClick={() => setTracking(true)}>
            <Trans>Mudar rastreio</Trans>
          </Button>
          <Button
            size="small"
            look="quiet"
            icon="back"
            busy={cancel.isPending}
            onClick={() =>
              void confirm({
                title: t`Cancelar a remessa ${parcel.number}?`,
                text: t`O que está nela volta para o estoque, reservado para o pedido.`,
                action: t`Cancelar a remessa`,
                danger: true,
              }).then((yes) => yes && cancel.mutate())
            }
          >
            <Trans>Cancelar</Trans>
          </Button>
        </div>
      )}
      <ActError error={deliver.error ?? cancel.error} />
      {tracking && <TrackingSheet order={order} parcel={parcel} close={() => setTracking(false)} />}
    </article>
  )
}

interface TrackingFieldsProps {
  of?: Pick<Parcel, 'carrier' | 'tracking_code' | 'tracking_url'>
  error: (name: string) => string | undefined
}

function TrackingFields({ of, error }: TrackingFieldsProps) {
  const { t } = useLingui()
  return (
    <>
      <Field
        label={t`Transportadora`}
        optional={t`opcional`}
        name="carrier"
        maxLength={120}
        defaultValue={of?.carrier ?? ''}
        error={error('carrier')}
      />
      <Field
        label={t`Código de rastreio`}
        optional={t`opcional`}
        name="tracking_code"
        maxLength={120}
        defaultValue={of?.tracking_code ?? ''}
        error={error('tracking_code')}
      />
      <Field
        label={t`Endereço de rastreio`}
        optional={t`opcional`}
        type="url"
        name="tracking_url"
        maxLength={500}
        defaultValue={of?.tracking_url ?? ''}
        error={error('tracking_url')}
      />
    </>
  )
}

function readTracking(read: Reader) {
  return {
    carrier: read.text('carrier'),
    tracking_code: read.text('tracking_code'),
    tracking_url: read.text('tracking_url'),
  }
}

function TrackingSheet({
  order,
  parcel,
  close,
}: {
  order: Order
  parcel: Parcel
  close: () => void
}) {
  const { t } = useLingui()
  const { error, form } = useEdit({
    of: parcel,
    parse: readTracking,
    change: (one, body, headers) =>
      ok(
        api.PATCH('/api/v1/orders/{id}/fulfilments/{fulfilment_id}', {
          params: { path: { id: order.id, fulfilment_id: one.id } },
          headers,
          body,
        }),
      ),
    refresh: [['orders']],
    done: close,
    same: close,
  })
  return (
    <Sheet
      title={t`Rastreio da remessa ${parcel.number}`}
      onClose={close}
      {...form}
      does={<Trans>Guardar</Trans>}
    >
      <TrackingFields of={parcel} error={error} />
    </Sheet>
  )
}

/** One more parcel: all that is left is filled in, less may be sent. */
function SendSheet({ order, close }: { order: Order; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const keyOf = useKeyOf()
  const lines = waiting(order)
  const places = useQuery({ ...stockPlaces, enabled: scopes.has('stock:read') })
  const send = useAct(
    (body: Schemas['NewFulfilment']) =>
      ok(
        api.POST('/api/v1/orders/{id}/fulfilments', {
          params: { path: { id: order.id }, header: { 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    {
      refresh: [['orders']],
      done: (made) => {
        close()
        toast(t`Remessa ${made.number} a caminho.`)
      },
    },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const items = chosenUnits(read, lines, format)
      const { carrier, tracking_code, tracking_url } = readTracking(read)
      return {
        items,
        location_id: read.integer('location_id') ?? undefined,
        carrier: carrier ?? undefined,
        tracking_code: tracking_code ?? undefined,
        tracking_url: tracking_url ?? undefined,
        note: read.text('note') ?? undefined,
      }
    },
    send.mutate,
    send.error,
  )
  return (
    <Sheet
      title={t`Enviar`}
      onClose={close}
      onSubmit={onSubmit}
      busy={send.isPending}
      error={send.error}
      does={<Trans>Foi enviado</Trans>}
    >
      <fieldset className="grid gap-3">
        <legend className="mb-1 text-sm text-muted">
          <Trans>O que vai nesta remessa; sai do estoque agora.</Trans>
        </legend>
        <UnitFields lines={lines} all error={error} />
      </fieldset>
      {places.data && places.data.length > 1 && (
        <SelectField label={t`Sai de`} name="location_id" error={error('location_id')}>
          <option value="">{t`Onde está reservado`}</option>
          {places.data.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <TrackingFields error={error} />
      <TextAreaField
        label={t`Anotação`}
        optional={t`opcional`}
        name="note"
        rows={2}
        maxLength={2000}
      />
    </Sheet>
  )
}
