// Money back: a sum of a payment, or the price of units of lines.

import { api, ok, type paths } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Choice, Field, SelectField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useAct } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { chosenUnits, readUnits, UnitFields } from '../../form/units'
import { readWhy, useOnce, WhereTo, Why } from './change'
import { refundable, type Order, type Payment, type Refund } from './data'
import { priceOf, refundableLines, refundableShipping } from './refund-lines'
import { providerName } from './status'

type Body = NonNullable<
  paths['/api/v1/orders/{id}/refunds']['post']['requestBody']
>['content']['application/json']

interface RefundSheetProps {
  order: Order
  payments: readonly Payment[]
  refunds: readonly Refund[]
  close: () => void
}

export function RefundSheet({ order, payments, refunds, close }: RefundSheetProps) {
  const { t } = useLingui()
  const format = useFormat()
  const lines = refundableLines(order, refunds)
  const freight = refundableShipping(order, refunds)
  const [by, setBy] = useState<'sum' | 'items'>('sum')
  const [chosen, setChosen] = useState(payments[0]?.id)
  const payment = payments.find((one) => one.id === chosen) ?? payments[0]
  const once = useOnce(order)
  const refund = useAct(
    (body: Body) =>
      ok(
        api.POST('/api/v1/orders/{id}/refunds', {
          params: once.any(body),
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
  const { onSubmit, error } = useForm<Body>(
    (read) => {
      const common = readWhy(read)
      if (by === 'items') {
        const shipping = read.on('shipping')
        const items = shipping
          ? readUnits(read, lines, format).filter(({ quantity }) => quantity > 0)
          : chosenUnits(read, lines, format)
        return { ...(items.length > 0 && { items }), ...(shipping && { shipping }), ...common }
      }
      const amount = read.money('amount', left.currency)
      if (amount === null || amount <= 0) read.refuse('amount', t`Escreva quanto devolver.`)
      else if (amount > left.amount) {
        read.refuse('amount', t`É mais do que resta: ${format.money(left)}.`)
      }
      return {
        payment_id: payment!.id,
        amount: { amount: amount ?? 0, currency: left.currency },
        ...common,
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
      {(lines.length > 0 || freight.amount > 0) && (
        <fieldset className="flex flex-wrap gap-x-6">
          <legend className="text-sm font-semibold">
            <Trans>O que se devolve</Trans>
          </legend>
          <Choice type="radio" name="by" checked={by === 'sum'} onChange={() => setBy('sum')}>
            <Trans>Um valor</Trans>
          </Choice>
          <Choice type="radio" name="by" checked={by === 'items'} onChange={() => setBy('items')}>
            <Trans>O preço de itens</Trans>
          </Choice>
        </fieldset>
      )}
      {by === 'items' ? (
        <RefundLines lines={lines} freight={freight} error={error} />
      ) : (
        <>
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
        </>
      )}
      {order.customer_id && <WhereTo />}
      <Why />
      {order.fulfilment_status === 'unfulfilled' && (
        <Alert tone="info">
          <Trans>
            Um pedido que ainda não foi enviado é cancelado quando tudo dele foi devolvido.
          </Trans>
        </Alert>
      )}
    </Sheet>
  )
}

interface RefundLinesProps {
  lines: ReturnType<typeof refundableLines>
  freight: Payment['amount']
  error: (name: string) => string | undefined
}

/** How many of each line, and what that makes. */
function RefundLines({ lines, freight, error }: RefundLinesProps) {
  const format = useFormat()
  const [counts, setCounts] = useState<Record<number, number>>({})
  const [shipping, setShipping] = useState(false)
  const sum = lines.reduce(
    (all, line) => all + priceOf(line, Math.min(counts[line.id] ?? 0, line.left)),
    shipping ? freight.amount : 0,
  )
  return (
    <>
      <UnitFields
        lines={lines}
        error={error}
        onChange={(id, units) => setCounts((now) => ({ ...now, [id]: units }))}
      />
      {freight.amount > 0 && (
        <Choice
          type="checkbox"
          name="shipping"
          checked={shipping}
          onChange={(event) => setShipping(event.target.checked)}
          note={format.money(freight)}
        >
          <Trans>O frete</Trans>
        </Choice>
      )}
      <p className="flex justify-between border-t border-line pt-3 font-semibold" role="status">
        <Trans>A devolver</Trans>
        <span className="money">{format.money({ ...freight, amount: sum })}</span>
      </p>
    </>
  )
}
