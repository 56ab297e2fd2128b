import { useFormat } from '@commerce/i18n'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Order } from './data'

/** What was ordered. On small screens each line is a block of its own. */
export function Lines({ order }: { order: Order }) {
  const { t } = useLingui()
  const format = useFormat()
  return (
    <table className="block w-full sm:table">
      <caption className="sr-only">{t`Itens do pedido`}</caption>
      <thead className="hidden text-left text-sm text-muted sm:table-header-group">
        <tr>
          <th className="pb-2 font-medium">
            <Trans>Item</Trans>
          </th>
          <th className="pb-2 pl-4 text-right font-medium">
            <Trans>Quantidade</Trans>
          </th>
          <th className="pb-2 pl-4 text-right font-medium">
            <Trans>Preço</Trans>
          </th>
          <th className="pb-2 pl-4 text-right font-medium">
            <Trans>Total</Trans>
          </th>
        </tr>
      </thead>
      <tbody className="block sm:table-row-group">
        {order.items.map((item) => (
          <tr
            key={item.id}
            className="grid grid-cols-[1fr_auto] gap-x-4 border-t border-line py-3 sm:table-row"
          >
            <td className="col-span-2 sm:py-3 sm:pr-4">
              <span className="font-medium">{item.name}</span>
              <span className="block text-sm text-muted">{item.sku}</span>
              <Moves item={item} />
              {item.discount.amount !== 0 && (
                <span className="block text-sm text-good">
                  <Trans>Desconto de {format.money(item.discount)}</Trans>
                </span>
              )}
              {item.tax.amount !== 0 && (
                <span className="block text-sm text-muted">
                  <Trans>Impostos: {format.money(item.tax)}</Trans>
                </span>
              )}
            </td>
            <td className="money text-muted sm:py-3 sm:pl-4 sm:text-right sm:text-ink">
              {format.number(item.quantity)}
              <span className="sm:hidden"> × {format.money(item.unit_price)}</span>
            </td>
            <td className="money hidden sm:table-cell sm:py-3 sm:pl-4 sm:text-right">
              {format.money(item.unit_price)}
            </td>
            <td className="money text-right font-semibold sm:py-3 sm:pl-4">{format.money(item.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How much of a line has left, arrived, come back, or is not there. */
function Moves({ item }: { item: Order['items'][number] }) {
  const { t } = useLingui()
  const told = [
    item.canceled > 0 && t`cancelados: ${item.canceled}`,
    item.shipped > 0 && t`enviados: ${item.shipped}`,
    item.delivered > 0 && t`entregues: ${item.delivered}`,
    item.returned > 0 && t`devolvidos: ${item.returned}`,
  ].filter(Boolean)
  return (
    <>
      {told.length > 0 && <span className="block text-sm text-muted">{told.join(' · ')}</span>}
      {item.short > 0 && (
        <span className="block text-sm text-bad">
          <Trans>Faltam {item.short} no estoque</Trans>
        </span>
      )}
    </>
  )
}

function Row({ name, value, strong }: { name: ReactNode; value: string; strong?: boolean }) {
  return (
    <div
      className={`flex items-baseline justify-between gap-4 ${strong ? 'border-t border-line pt-3 text-lg font-bold' : ''}`}
    >
      <dt>{name}</dt>
      <dd className="money">{value}</dd>
    </div>
  )
}

/** How the total comes about; the parts add up. */
export function Totals({ order }: { order: Order }) {
  const { t } = useLingui()
  const format = useFormat()
  const minus = (money: Order['total']) => format.money({ ...money, amount: -money.amount })
  return (
    <div className="ml-auto w-full border-t border-line pt-4 sm:max-w-sm">
      <dl className="grid gap-2">
        <Row name={t`Produtos`} value={format.money(order.subtotal)} />
        {order.promotions.map((one, index) => (
          <Row
            key={index}
            name={one.code ? `${one.name} (${one.code})` : one.name}
            value={minus({
              ...one.discount,
              amount: one.discount.amount + one.shipping_discount.amount,
            })}
          />
        ))}
        {order.promotions.length === 0 && order.discount_total.amount !== 0 && (
          <Row name={t`Desconto`} value={minus(order.discount_total)} />
        )}
        <Row
          name={
            <>
              <Trans>Entrega</Trans>
              {order.shipping_method && (
                <span className="text-sm text-muted"> · {order.shipping_method}</span>
              )}
            </>
          }
          value={format.money({
            ...order.shipping_total,
            amount: order.shipping_total.amount + order.shipping_discount.amount,
          })}
        />
        {order.tax_total.amount !== 0 && (
          <Row name={t`Impostos`} value={format.money(order.tax_total)} />
        )}
        <Row name={t`Total`} value={format.money(order.total)} strong />
        {order.canceled_total.amount > 0 && (
          <>
            <Row name={t`Parte cancelada`} value={minus(order.canceled_total)} />
            <Row
              name={t`Fica`}
              value={format.money({
                ...order.total,
                amount: order.total.amount - order.canceled_total.amount,
              })}
              strong
            />
          </>
        )}
      </dl>
      {order.tax_included.amount !== 0 && (
        <p className="mt-2 text-right text-sm text-muted">
          <Trans>Inclui {format.money(order.tax_included)} de impostos.</Trans>
        </p>
      )}
    </div>
  )
}
