import { useFormat, type MoneyValue } from '@commerce/i18n'
import { Badge, type Tone } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Order } from '../data'

const tones: Record<Order['status'], Tone> = {
  pending: 'warn',
  stock_shortfall: 'bad',
  paid: 'good',
  shipped: 'brand',
  delivered: 'good',
  canceled: 'neutral',
  partially_refunded: 'neutral',
  refunded: 'neutral',
}

/** The gateway says the status in the reader's language. */
export function Status({ order }: { order: Pick<Order, 'status' | 'status_label'> }) {
  return (
    <Badge tone={tones[order.status]}>
      <span className="first-letter:uppercase">{order.status_label}</span>
    </Badge>
  )
}

function Row({ name, value, strong }: { name: ReactNode; value: string; strong?: boolean }) {
  return (
    <div
      className={`flex items-baseline justify-between gap-4 ${strong ? 'border-t border-line pt-3 text-xl font-bold' : ''}`}
    >
      <dt>{name}</dt>
      <dd className="money">{value}</dd>
    </div>
  )
}

interface TotalsProps {
  order: Order
  /** What gift cards and store credit paid. */
  credit?: MoneyValue
}

export function Totals({ order, credit }: TotalsProps) {
  const { t } = useLingui()
  const format = useFormat()
  const shipping = order.shipping_total.amount - order.shipping_discount.amount
  return (
    <dl className="grid gap-2">
      <Row name={<Trans>Produtos</Trans>} value={format.money(order.subtotal)} />
      {order.discount_total.amount !== 0 && (
        <Row
          name={<Trans>Desconto</Trans>}
          value={format.money({ ...order.discount_total, amount: -order.discount_total.amount })}
        />
      )}
      <Row
        name={<Trans>Entrega</Trans>}
        value={shipping === 0 ? t`grátis` : format.money({ ...order.total, amount: shipping })}
      />
      {order.tax_total.amount !== 0 && (
        <Row name={<Trans>Impostos</Trans>} value={format.money(order.tax_total)} />
      )}
      <Row name={<Trans>Total</Trans>} value={format.money(order.total)} strong />
      {credit !== undefined && credit.amount > 0 && (
        <Row
          name={<Trans>Vales e crédito</Trans>}
          value={format.money({ ...credit, amount: -credit.amount })}
        />
      )}
    </dl>
  )
}

export function OrderLines({ order }: { order: Order }) {
  const format = useFormat()
  return (
    <ul className="grid gap-3">
      {order.items.map((item) => (
        <li key={item.id} className="flex items-start justify-between gap-4">
          <div>
            <Link to="/produto/$id" params={{ id: String(item.product_id) }} className="link">
              {item.name}
            </Link>
            <p className="text-sm text-muted">
              <Trans>
                {item.quantity} × {format.money(item.unit_price)}
              </Trans>
            </p>
          </div>
          <p className="money font-semibold">{format.money(item.total)}</p>
        </li>
      ))}
    </ul>
  )
}

export function AddressLines({ address }: { address: NonNullable<Order['shipping_address']> }) {
  const { name, street, number, complement, district, city, state, postal_code } = address
  return (
    <address className="leading-relaxed [overflow-wrap:anywhere] not-italic">
      {name && <div>{name}</div>}
      <div>{[street, number, complement].filter(Boolean).join(', ')}</div>
      <div>{[district, city, state].filter(Boolean).join(', ')}</div>
      {postal_code && <div>CEP {postal_code}</div>}
    </address>
  )
}
