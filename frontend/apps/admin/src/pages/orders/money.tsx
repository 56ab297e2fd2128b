// The payments of an order and what went back of them.

import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Alert,
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
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ActError, useAct, useKeyOf } from '../../form/act'
import { useForm } from '../../form/read'
import { confirm } from '../../frame/confirm'
import { Card, Facts } from '../../parts/card'
import { Sheet } from '../../form/sheet'
import {
  orderPayments,
  orderRefunds,
  refundable,
  type Order,
  type Payment,
  type Refund,
} from './data'
import { PaymentBadge, paymentStatusName, providerName, RefundBadge } from './status'

export function Payments({ order }: { order: Order }) {
  const payments = useQuery(orderPayments(order.id))
  const refunds = useQuery(orderRefunds(order.id))
  const scopes = useScopes()
  const [refunding, setRefunding] = useState(false)
  const error = payments.error ?? refunds.error
  const left = (payments.data ?? []).filter(
    (one) => refunds.data && refundable(one, refunds.data) > 0,
  )

  return (
    <Card
      title={<Trans>Pagamentos</Trans>}
      action={
        left.length > 0 &&
        scopes.has('orders:write') && (
          <Button size="small" look="secondary" icon="back" onClick={() => setRefunding(true)}>
            <Trans>Reembolsar</Trans>
          </Button>
        )
      }
    >
      {payments.data && refunds.data ? (
        <>
          {payments.data.length === 0 && <NoPayment order={order} />}
          {payments.data.map((payment) => (
            <PaymentEntry
              key={payment.id}
              payment={payment}
              refunds={refunds.data.filter((one) => one.payment_id === payment.id)}
            />
          ))}
          {refunding && (
            <RefundSheet
              order={order}
              payments={left}
              refunds={refunds.data}
              close={() => setRefunding(false)}
            />
          )}
        </>
      ) : error ? (
        <ErrorState
          error={error}
          retry={() => {
            void payments.refetch()
            void refunds.refetch()
          }}
        />
      ) : (
        <Skeleton className="h-24" />
      )}
    </Card>
  )
}

/** Paid otherwise, or not at all. */
function NoPayment({ order }: { order: Order }) {
  const { t } = useLingui()
  if (!order.payment_method && !order.payment_reference) {
    return (
      <p className="text-muted">
        <Trans>Nenhum pagamento por um provedor.</Trans>
      </p>
    )
  }
  return (
    <Facts
      of={[
        [t`Forma de pagamento`, order.payment_method],
        [t`Referência`, order.payment_reference],
      ]}
    />
  )
}

function PaymentEntry({ payment, refunds }: { payment: Payment; refunds: readonly Refund[] }) {
  const { t } = useLingui()
  const format = useFormat()
  return (
    <article className="grid gap-3 border-t border-line pt-4 first:border-0 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-semibold">{providerName(payment.provider)}</h3>
        <div className="flex flex-wrap gap-2">
          {payment.review && (
            <Badge tone="bad">
              <Trans>Precisa de alguém</Trans>
            </Badge>
          )}
          <PaymentBadge payment={payment} />
        </div>
      </div>
      <Facts
        of={[
          [t`Valor`, <span className="money">{format.money(payment.amount)}</span>],
          [t`Capturado`, <span className="money">{format.money(payment.captured)}</span>],
          [
            t`Devolvido`,
            payment.refunded.amount > 0 && (
              <span className="money">{format.money(payment.refunded)}</span>
            ),
          ],
          [
            t`Resta`,
            payment.captured.amount > 0 && (
              <span className="money">
                {format.money({ ...payment.captured, amount: refundable(payment, refunds) })}
              </span>
            ),
          ],
          [
            t`No provedor`,
            payment.reference && <code className="text-sm break-all">{payment.reference}</code>,
          ],
          [t`Criado em`, format.dateTime(payment.created_at)],
          [t`Erro`, payment.error],
        ]}
      />
      <PaymentActions payment={payment} />
      {refunds.length > 0 && (
        <ul className="grid gap-2" aria-label={t`Reembolsos`}>
          {refunds.map((refund) => (
            <li key={refund.id} className="rounded-lg bg-sunken px-4 py-3">
              <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
                <span className="money font-semibold">{format.money(refund.amount)}</span>
                <RefundBadge refund={refund} />
              </div>
              <p className="text-sm text-muted">
                {format.dateTime(refund.created_at)}
                {refund.reason && ` · ${refund.reason}`}
                {refund.error && ` · ${refund.error}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

const OPEN: readonly Payment['status'][] = [
  'created',
  'requires_action',
  'processing',
  'authorized',
]

/** Takes what was approved, or calls off what was not taken yet. */
function PaymentActions({ payment }: { payment: Payment }) {
  const { t } = useLingui()
  const scopes = useScopes()
  const params = { path: { id: payment.id } }
  const capture = useAct(() => ok(api.POST('/api/v1/payments/{id}/capture', { params })), {
    refresh: [['orders']],
    done: (now) => toast(paymentStatusName(now.status)),
  })
  const cancel = useAct(() => ok(api.POST('/api/v1/payments/{id}/cancel', { params })), {
    refresh: [['orders']],
    done: (now) => toast(paymentStatusName(now.status)),
  })
  if (!scopes.has('orders:write') || !OPEN.includes(payment.status)) return null
  return (
    <div className="flex flex-wrap gap-2">
      {payment.status === 'authorized' && (
        <Button size="small" busy={capture.isPending} onClick={() => capture.mutate()}>
          <Trans>Capturar</Trans>
        </Button>
      )}
      <Button
        size="small"
        look="danger"
        busy={cancel.isPending}
        onClick={() =>
          void confirm({
            title: t`Cancelar o pagamento?`,
            text: t`O pedido fica, e pode ser pago de outra forma.`,
            action: t`Cancelar o pagamento`,
            danger: true,
          }).then((yes) => yes && cancel.mutate())
        }
      >
        <Trans>Cancelar o pagamento</Trans>
      </Button>
      <ActError error={capture.error ?? cancel.error} />
    </div>
  )
}

interface RefundSheetProps {
  order: Order
  payments: readonly Payment[]
  refunds: readonly Refund[]
  close: () => void
}

function RefundSheet({ order, payments, refunds, close }: RefundSheetProps) {
  const { t } = useLingui()
  const format = useFormat()
  const [chosen, setChosen] = useState(payments[0]?.id)
  const payment = payments.find((one) => one.id === chosen) ?? payments[0]
  const keyOf = useKeyOf()
  const refund = useAct(
    (body: { payment_id: string; amount: Payment['amount']; reason?: string }) =>
      ok(
        api.POST('/api/v1/orders/{id}/refunds', {
          params: { path: { id: order.id }, header: { 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    {
      refresh: [['orders']],
      done: (made) => {
        close()
        toast(made.status === 'pending' ? t`Reembolso a caminho.` : t`Valor devolvido.`)
      },
    },
  )
  const left = {
    currency: payment?.amount.currency ?? 'BRL',
    amount: payment ? refundable(payment, refunds) : 0,
  }
  const { onSubmit, error } = useForm(
    (read) => {
      const amount = read.money('amount', left.currency)
      if (amount === null || amount <= 0) read.refuse('amount', t`Escreva quanto devolver.`)
      else if (amount > left.amount) {
        read.refuse('amount', t`É mais do que resta: ${format.money(left)}.`)
      }
      return {
        payment_id: payment!.id,
        amount: { amount: amount ?? 0, currency: left.currency },
        reason: read.text('reason') ?? undefined,
      }
    },
    refund.mutate,
    refund.error,
  )
  if (!payment) return null
  return (
    <Sheet
      title={t`Reembolsar`}
      onClose={close}
      onSubmit={onSubmit}
      busy={refund.isPending}
      error={refund.error}
      danger
      does={<Trans>Devolver o valor</Trans>}
    >
      {payments.length > 1 && (
        <SelectField
          label={t`Pagamento`}
          value={payment.id}
          onChange={(event) => setChosen(event.target.value)}
        >
          {payments.map((one) => (
            <option key={one.id} value={one.id}>
              {providerName(one.provider)} · {format.money(one.captured)}
            </option>
          ))}
        </SelectField>
      )}
      <Field
        key={`${payment.id} ${left.amount}`}
        label={t`Valor a devolver`}
        name="amount"
        inputMode="decimal"
        required
        defaultValue={format.amount(left)}
        hint={t`Resta ${format.money(left)} deste pagamento; o todo já está escrito.`}
        error={error('amount')}
      />
      <TextAreaField
        label={t`Motivo`}
        optional={t`opcional`}
        name="reason"
        rows={3}
        maxLength={500}
      />
      <Alert tone="info">
        <Trans>
          Um pedido que ainda não foi enviado é cancelado quando tudo dele foi devolvido.
        </Trans>
      </Alert>
    </Sheet>
  )
}
