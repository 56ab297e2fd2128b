// What comes back of an order, and asking to give something back.

import { api, newKey, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Badge, Button, Dialog, Field, problemText, TextAreaField, toast, type Tone } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type FormEvent } from 'react'
import { orderReturns, type Order, type TrackedOrder } from '../data'
import { take } from './form'

type Return = Pick<Schemas['TrackedReturn'], 'number' | 'status' | 'reason' | 'created_at'> & {
  items: { item_id: number; quantity: number }[]
}

interface Line {
  id: number
  name: string
  delivered: number
  returned: number
}

interface Asked {
  items: { item_id: number; quantity: number }[]
  reason?: string
}

interface ReturnsProps {
  items: readonly Line[]
  returns: readonly Return[]
  ask: (asked: Asked) => Promise<unknown>
  /** What has changed then. */
  stale: readonly unknown[]
}

/** Nothing, before something was delivered. Until when the shop takes it back is
 * the gateway's to say. */
function Returns({ items, returns, ask, stale }: ReturnsProps) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const lines = items
    .map((item) => ({ ...item, left: item.delivered - item.returned }))
    .filter(({ left }) => left > 0)
  if (lines.length === 0 && returns.length === 0) return null
  return (
    <section className="grid gap-4" aria-labelledby="devolucoes">
      <h3 id="devolucoes" className="font-semibold">
        <Trans>Devoluções</Trans>
      </h3>
      {returns.length > 0 && (
        <ul className="grid gap-4">
          {returns.map((one) => (
            <Entry key={one.number} one={one} items={items} />
          ))}
        </ul>
      )}
      {lines.length > 0 && (
        <Button look="secondary" icon="back" onClick={() => setAsking(true)}>
          <Trans>Devolver um produto</Trans>
        </Button>
      )}
      <Dialog open={asking} onClose={() => setAsking(false)} title={t`O que você quer devolver?`}>
        <Ask lines={lines} ask={ask} stale={stale} close={() => setAsking(false)} />
      </Dialog>
    </section>
  )
}

/** Of a guest, who is known by the address that the order was placed with. */
export function GuestReturns({ order, email }: { order: TrackedOrder; email: string }) {
  const { number } = order
  return (
    <Returns
      items={order.items}
      returns={order.returns}
      ask={(asked) => ok(api.POST('/api/v1/orders/track/returns', { body: { ...asked, number, email } }))}
      stale={['tracked', number]}
    />
  )
}

export function MyReturns({ order }: { order: Order }) {
  const { id } = order
  const { data } = useQuery({ ...orderReturns(id), enabled: order.fulfilment_status !== 'unfulfilled' })
  const intent = useRef({ of: '', key: '' })
  const ask = async (body: Asked) => {
    const of = JSON.stringify(body)
    if (intent.current.of !== of) intent.current = { of, key: newKey() }
    await ok(
      api.POST('/api/v1/orders/{id}/returns', {
        params: { path: { id }, header: { 'Idempotency-Key': intent.current.key } },
        body,
      }),
    )
    // The same once more is meant as another.
    intent.current = { of: '', key: '' }
  }
  return data && <Returns items={order.items} returns={data} ask={ask} stale={['order', id]} />
}

const tones: Record<Return['status'], Tone> = {
  requested: 'warn',
  approved: 'brand',
  rejected: 'neutral',
  canceled: 'neutral',
  received: 'good',
}

function Entry({ one, items }: { one: Return; items: readonly Line[] }) {
  const { t } = useLingui()
  const format = useFormat()
  const names: Record<Return['status'], string> = {
    requested: t`Pedida`,
    approved: t`Aprovada`,
    rejected: t`Recusada`,
    canceled: t`Cancelada`,
    received: t`Recebida`,
  }
  return (
    <li className="grid gap-2 rounded-lg border border-line p-4">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-semibold">
          <Trans>Devolução {one.number}</Trans>
        </span>
        <Badge tone={tones[one.status]}>{names[one.status]}</Badge>
      </p>
      <p className="text-sm text-muted">
        <Trans>Pedida em {format.dateTime(one.created_at)}</Trans>
      </p>
      <ul className="text-sm">
        {one.items.map(({ item_id, quantity }) => (
          <li key={item_id}>
            {quantity} × {items.find(({ id }) => id === item_id)?.name}
          </li>
        ))}
      </ul>
      {one.reason && <p className="text-sm break-words">“{one.reason}”</p>}
    </li>
  )
}

interface AskProps extends Pick<ReturnsProps, 'ask' | 'stale'> {
  lines: (Line & { left: number })[]
  close: () => void
}

function Ask({ lines, ask, stale, close }: AskProps) {
  const { t } = useLingui()
  const format = useFormat()
  const queries = useQueryClient()
  const [nothing, setNothing] = useState(false)
  const send = useMutation({
    mutationFn: ask,
    onSuccess: () => {
      close()
      toast(<Trans>Recebemos o pedido de devolução.</Trans>)
    },
    // Refused, too: how much can be given back may be another number by now.
    onSettled: () => queries.invalidateQueries({ queryKey: stale }),
  })

  const submit = (event: FormEvent<HTMLFormElement>) => {
    const texts = take(event)
    const items = lines
      .map(({ id }) => ({ item_id: id, quantity: Number(texts[`item${id}`]) }))
      .filter(({ quantity }) => quantity > 0)
    setNothing(items.length === 0)
    if (items.length > 0) send.mutate({ items, ...(texts['reason'] ? { reason: texts['reason'] } : {}) })
  }

  return (
    <form className="grid gap-4" onSubmit={submit}>
      {lines.map(({ id, name, left }) => (
        <Field
          key={id}
          label={name}
          hint={t`Quantos, de 0 a ${format.number(left)}`}
          name={`item${id}`}
          type="number"
          inputMode="numeric"
          required
          min={0}
          max={left}
          step={1}
          defaultValue={lines.length === 1 ? 1 : 0}
        />
      ))}
      <TextAreaField label={t`Por quê?`} optional={t`opcional`} name="reason" rows={3} maxLength={500} />
      {nothing && (
        <Alert tone="bad">
          <Trans>Diga quantos quer devolver.</Trans>
        </Alert>
      )}
      {send.error && !nothing && <Alert tone="bad">{problemText(send.error)}</Alert>}
      <Button type="submit" busy={send.isPending}>
        <Trans>Pedir a devolução</Trans>
      </Button>
    </form>
  )
}
