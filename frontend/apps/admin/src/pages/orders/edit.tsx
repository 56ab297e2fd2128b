// Changing what is in an order before any of it leaves: how many of each line,
// and what comes to it.

import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Choice, Field, IconButton, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { findVariants } from '../../data/stock'
import { useAct } from '../../form/act'
import { Pick } from '../../form/pick'
import { useForm, type Reader } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { readWhy, useOnce, WhereTo, Why } from './change'
import type { Order } from './data'

type Change = Schemas['OrderChange']

const OPEN: readonly Order['status'][] = ['pending', 'stock_shortfall', 'paid']

/** The gateway knows of refunds and of payments under way, too. */
export function mayEdit(order: Order): boolean {
  return (
    order.kind === 'sale' &&
    OPEN.includes(order.status) &&
    order.items.every(({ shipped, canceled }) => shipped === 0 && canceled === 0)
  )
}

interface Added {
  id: string
  text: string
  sku: string
}

export function EditSheet({ order, close }: { order: Order; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const once = useOnce(order)
  const [added, setAdded] = useState<Added[]>([])
  const paid = order.status === 'paid'
  const edit = useAct(
    (body: Change) =>
      ok(
        api.POST('/api/v1/orders/{id}/edit', {
          params: once.seen(body),
          body,
        }),
      ),
    {
      refresh: [['orders']],
      done: (now) => {
        close()
        toast(t`O pedido agora soma ${format.money(now.total)}.`)
      },
    },
  )
  const count = (read: Reader, name: string, least: number) => {
    const quantity = read.integer(name)
    if (quantity === null || quantity < least || quantity > 1_000_000) {
      read.refuse(name, least > 0 ? t`Ao menos uma unidade.` : t`Escreva um número.`)
    }
    return quantity ?? 0
  }
  const { onSubmit, error } = useForm<Change>(
    (read) => {
      const items = order.items.flatMap(({ id, quantity: before }) => {
        const quantity = count(read, `item${id}`, 0)
        return quantity === before ? [] : [{ item_id: id, quantity }]
      })
      const add = added.map(({ id }) => ({
        variant_id: Number(id),
        quantity: count(read, `add${id}`, 1),
      }))
      return {
        ...(items.length > 0 && { items }),
        ...(add.length > 0 && { add }),
        ...(read.on('difference') && { difference: 'store_credit' as const }),
        ...readWhy(read),
      }
    },
    (body) => {
      if (body.items || body.add) edit.mutate(body)
      else close()
    },
    edit.error,
  )
  const missing = isProblem(edit.error, 'difference_not_covered')
    ? (edit.error.body as { missing?: Order['total'] }).missing
    : undefined
  return (
    <Sheet
      title={t`Mudar os itens`}
      onClose={close}
      onSubmit={onSubmit}
      busy={edit.isPending}
      error={edit.error}
      does={<Trans>Mudar o pedido</Trans>}
    >
      <p className="text-muted">
        <Trans>
          Os itens que já estão no pedido guardam o seu preço; o resto é calculado de novo, como no
          dia do pedido.
        </Trans>
      </p>
      {order.items.map((item) => (
        <Field
          key={item.id}
          label={item.name}
          hint={t`${item.sku} · ${format.money(item.unit_price)} cada · 0 tira do pedido`}
          name={`item${item.id}`}
          inputMode="numeric"
          autoComplete="off"
          defaultValue={item.quantity}
          error={error(`item${item.id}`)}
        />
      ))}
      {added.map((one) => (
        <div key={one.id} className="flex items-start gap-2">
          <Field
            className="grow"
            label={one.text}
            hint={one.sku}
            name={`add${one.id}`}
            inputMode="numeric"
            autoComplete="off"
            defaultValue={1}
            error={error(`add${one.id}`)}
          />
          <IconButton
            icon="trash"
            label={t`Tirar ${one.text}`}
            className="mt-6"
            onClick={() => setAdded(added.filter(({ id }) => id !== one.id))}
          />
        </div>
      ))}
      <Pick
        label={t`Pôr no pedido`}
        hint={t`Procure por nome ou SKU.`}
        source="variants"
        search={findVariants}
        several
        onPick={(one) => {
          if (one && !added.some(({ id }) => id === one.id)) {
            setAdded([...added, { id: one.id, text: one.text, sku: one.note }])
          }
        }}
      />
      {paid && order.customer_id && (
        <>
          <Choice type="checkbox" name="difference">
            <Trans>Se custar mais, tirar a diferença do crédito do cliente na loja</Trans>
          </Choice>
          <WhereTo label={t`Se custar menos, devolver`} />
        </>
      )}
      <Why />
      {missing && (
        <Alert tone="warn">
          <Trans>Faltam {format.money(missing)}.</Trans>
        </Alert>
      )}
    </Sheet>
  )
}
