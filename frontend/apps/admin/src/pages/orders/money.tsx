// The payments of an order and what went back of them.

import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Badge,
  Button,
  ErrorState,
  Skeleton,
  toast,
  useScopes,
} from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, useAct } from '../../form/act'
import { confirm } from '../../frame/confirm'
import { Card, Facts } from '../../parts/card'
import {
  orderPayments,
  orderRefunds,
  refundable,
  type Order,
  type Payment,
  type Refund,
} from './data'
import { RefundSheet } from './refund'
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
              customer={order.customer_id}
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
          retry={() => Promise.all([payments.refetch(), refunds.refetch()])}
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

interface PaymentEntryProps {
  payment: Payment
  refunds: readonly Refund[]
  customer: string | null
}

function PaymentEntry({ payment, refunds, customer }: PaymentEntryProps) {
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
              {refund.credit_id && (
                <p className="text-sm">
                  <Destination
                    own={refund.credit_id === payment.credit_id}
                    customer={customer}
                  />
                </p>
              )}
              <p className="text-sm text-muted">
                {format.dateTime(refund.created_at)}
                {refund.reason && ` · ${reasonText(refund.reason)}`}
                {refund.error && ` · ${refund.error}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

/** What the shop writes itself, in the reader's language. */
function reasonText(reason: string): string {
  if (reason === 'given up') return t`pelo cancelamento de uma parte`
  if (reason === 'order canceled') return t`pelo cancelamento do pedido`
  return reason
}

interface DestinationProps {
  /** It went back to what had paid. */
  own: boolean
  customer: string | null
}

/** Where what did not go back by a provider went. */
function Destination({ own, customer }: DestinationProps) {
  if (own) return <Trans>De volta ao vale-presente ou crédito que pagou</Trans>
  if (!customer) return <Trans>Para o crédito na loja</Trans>
  return (
    <Trans>
      Para o{' '}
      <Link to="/clientes/$id" params={{ id: customer }} className="link">
        crédito na loja
      </Link>
    </Trans>
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
