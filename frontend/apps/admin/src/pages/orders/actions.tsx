// What can be done with an order: each move to another status is a sheet of its
// own that asks for what belongs to it.

import { api, ok } from '@commerce/api'
import { Alert, Button, Field, SelectField, TextAreaField, toast, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { ifMatch, useAct } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { allowedMoves, type Order, type OrderStatus } from './data'
import { statusName } from './status'

type Open = 'paid' | 'delivered' | 'canceled' | 'other' | null
const WITH_SHEETS = ['paid', 'delivered', 'canceled'] as const

export function OrderActions({ order }: { order: Order }) {
  const [open, setOpen] = useState<Open>(null)
  const scopes = useScopes()
  const close = () => setOpen(null)
  const allowed = allowedMoves(order)
  const may = (status: OrderStatus) => allowed.includes(status)
  const others = allowed.filter((one) => !(WITH_SHEETS as readonly string[]).includes(one))
  if (order.kind === 'credit' || !scopes.has('orders:write')) return null
  return (
    <>
      {may('paid') && (
        <Button size="small" icon="card" onClick={() => setOpen('paid')}>
          <Trans>Registrar pagamento</Trans>
        </Button>
      )}
      {may('delivered') && (
        <Button size="small" icon="check" onClick={() => setOpen('delivered')}>
          <Trans>Registrar entrega</Trans>
        </Button>
      )}
      {others.length > 0 && (
        <Button size="small" look="secondary" onClick={() => setOpen('other')}>
          <Trans>Mudar status</Trans>
        </Button>
      )}
      {may('canceled') && (
        <Button size="small" look="danger" onClick={() => setOpen('canceled')}>
          <Trans>Cancelar</Trans>
        </Button>
      )}
      {open === 'paid' && <PaySheet order={order} close={close} />}
      {open === 'delivered' && <DeliverSheet order={order} close={close} />}
      {open === 'canceled' && <CancelSheet order={order} close={close} />}
      {open === 'other' && <MoveSheet order={order} others={others} close={close} />}
    </>
  )
}

interface SheetOf {
  order: Order
  close: () => void
}

/** What all of them do: refuse a stale version, look again, say that it is done. */
function useMove<V>(close: () => void, work: (value: V) => Promise<Order>) {
  return useAct(work, {
    refresh: [['orders']],
    done: (moved) => {
      close()
      toast(statusName(moved.status))
    },
  })
}

function path(order: Order) {
  return { params: { path: { id: order.id } }, headers: ifMatch(order) }
}

function Note() {
  const { t } = useLingui()
  return (
    <TextAreaField
      label={t`Anotação`}
      optional={t`opcional`}
      name="note"
      rows={3}
      maxLength={2000}
    />
  )
}

function PaySheet({ order, close }: SheetOf) {
  const { t } = useLingui()
  const move = useMove(
    close,
    (body: { payment_method?: string; payment_reference?: string; note?: string }) =>
      ok(api.POST('/api/v1/orders/{id}/pay', { ...path(order), body })),
  )
  const { onSubmit, error } = useForm(
    (read) => ({
      payment_method: read.text('payment_method') ?? undefined,
      payment_reference: read.text('payment_reference') ?? undefined,
      note: read.text('note') ?? undefined,
    }),
    move.mutate,
    move.error,
  )
  return (
    <Sheet
      title={t`Registrar pagamento`}
      onClose={close}
      onSubmit={onSubmit}
      busy={move.isPending}
      error={move.error}
      does={<Trans>Está pago</Trans>}
    >
      <p className="text-muted">
        <Trans>Para dinheiro que chegou por fora: depósito, boleto, na entrega.</Trans>
      </p>
      <Field
        label={t`Forma de pagamento`}
        optional={t`opcional`}
        name="payment_method"
        maxLength={60}
        defaultValue={order.payment_method ?? ''}
        error={error('payment_method')}
      />
      <Field
        label={t`Referência`}
        optional={t`opcional`}
        hint={t`O número do comprovante, por exemplo.`}
        name="payment_reference"
        maxLength={200}
        error={error('payment_reference')}
      />
      <Note />
    </Sheet>
  )
}

function DeliverSheet({ order, close }: SheetOf) {
  const { t } = useLingui()
  const move = useMove(close, (body: { note?: string }) =>
    ok(api.POST('/api/v1/orders/{id}/deliver', { ...path(order), body })),
  )
  const { onSubmit } = useForm((read) => ({ note: read.text('note') ?? undefined }), move.mutate)
  return (
    <Sheet
      title={t`Registrar entrega`}
      onClose={close}
      onSubmit={onSubmit}
      busy={move.isPending}
      error={move.error}
      does={<Trans>Foi entregue</Trans>}
    >
      <p className="text-muted">
        <Trans>Todas as remessas dele contam como entregues.</Trans>
      </p>
      <Note />
    </Sheet>
  )
}

function CancelSheet({ order, close }: SheetOf) {
  const { t } = useLingui()
  const move = useMove(close, (body: { reason?: string }) =>
    ok(api.POST('/api/v1/orders/{id}/cancel', { ...path(order), body })),
  )
  const { onSubmit } = useForm(
    (read) => ({ reason: read.text('reason') ?? undefined }),
    move.mutate,
  )
  return (
    <Sheet
      title={t`Cancelar o pedido?`}
      onClose={close}
      onSubmit={onSubmit}
      busy={move.isPending}
      error={move.error}
      danger
      does={<Trans>Cancelar o pedido</Trans>}
    >
      <Alert tone="warn">
        <Trans>
          O que estava reservado volta para o estoque, e o que foi pago pelo provedor é devolvido.
          Isto não tem volta.
        </Trans>
      </Alert>
      <TextAreaField
        label={t`Motivo`}
        optional={t`opcional`}
        name="reason"
        rows={3}
        maxLength={500}
      />
    </Sheet>
  )
}

function MoveSheet({ order, others, close }: SheetOf & { others: readonly OrderStatus[] }) {
  const { t } = useLingui()
  const move = useMove(close, (body: { status: OrderStatus; note?: string }) =>
    ok(api.PUT('/api/v1/orders/{id}', { ...path(order), body })),
  )
  const { onSubmit } = useForm(
    (read) => ({
      status: read.words('status') as OrderStatus,
      note: read.text('note') ?? undefined,
    }),
    move.mutate,
  )
  return (
    <Sheet
      title={t`Mudar o status`}
      onClose={close}
      onSubmit={onSubmit}
      busy={move.isPending}
      error={move.error}
      does={<Trans>Mudar</Trans>}
    >
      <SelectField label={t`Novo status`} name="status" required>
        <option value="">{t`Escolha…`}</option>
        {others.map((status) => (
          <option key={status} value={status}>
            {statusName(status)}
          </option>
        ))}
      </SelectField>
      <Note />
    </Sheet>
  )
}
