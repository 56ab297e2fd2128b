// Giving up what has not left of an order: a part of what is paid goes back, or
// less is to be paid.

import { api, ok, type paths } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useAct } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { chosenUnits, UnitFields } from '../../form/units'
import { readWhy, useOnce, WhereTo, Why } from './change'
import type { Order } from './data'
import { waiting } from './waiting'

type Body = NonNullable<
  NonNullable<paths['/api/v1/orders/{id}/reduce']['post']['requestBody']>['content']['application/json']
>

const OPEN: readonly Order['status'][] = ['pending', 'stock_shortfall', 'paid']

export function mayGiveUp(order: Order): boolean {
  return order.kind === 'sale' && OPEN.includes(order.status) && waiting(order).length > 0
}

export function GiveUpSheet({ order, close }: { order: Order; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const once = useOnce(order)
  const lines = waiting(order)
  const reduce = useAct(
    (body: Body) =>
      ok(
        api.POST('/api/v1/orders/{id}/reduce', {
          params: once.seen(body),
          body,
        }),
      ),
    {
      refresh: [['orders']],
      done: () => {
        close()
        toast(t`Parte do pedido cancelada.`)
      },
    },
  )
  const { onSubmit, error } = useForm<Body>(
    (read) => ({
      items: chosenUnits(read, lines, format),
      ...readWhy(read),
    }),
    reduce.mutate,
    reduce.error,
  )
  return (
    <Sheet
      title={t`Cancelar o que não saiu`}
      onClose={close}
      onSubmit={onSubmit}
      busy={reduce.isPending}
      error={reduce.error}
      danger
      does={<Trans>Cancelar estas unidades</Trans>}
    >
      <p className="text-muted">
        <Trans>
          Elas voltam para o estoque, e o que foi pago por elas é devolvido. Um pedido de que não
          resta nada fica cancelado.
        </Trans>
      </p>
      <UnitFields lines={lines} all error={error} />
      {order.customer_id && order.status !== 'pending' && <WhereTo />}
      <Why />
    </Sheet>
  )
}
