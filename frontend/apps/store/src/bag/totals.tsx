// What a cart comes to, line by line.

import { useFormat } from '@commerce/i18n'
import { Trans, useLingui } from '@lingui/react/macro'
import { useIsMutating } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Cart } from './kept'

interface RowProps {
  name: ReactNode
  value: ReactNode
  tone?: string
}

function Row({ name, value, tone = '' }: RowProps) {
  return (
    <div className={`flex items-baseline justify-between gap-4 ${tone}`}>
      <dt>{name}</dt>
      <dd className="money text-right">{value}</dd>
    </div>
  )
}

interface CartTotalsProps {
  cart: Cart
  /** Once it is known where it goes. */
  freight: boolean
  /** When it will be known. */
  later: ReactNode
}

export function CartTotals({ cart, freight, later }: CartTotalsProps) {
  const { t } = useLingui()
  const format = useFormat()
  const stale = useIsMutating() > 0
  const less = (amount: number) => format.money({ amount: -amount, currency: cart.currency })
  const shipping = cart.shipping_total.amount - cart.shipping_discount.amount
  const total = freight ? cart.total.amount : cart.total.amount - shipping
  return (
    <div aria-live="polite" className={`grid gap-2 transition-opacity ${stale ? 'opacity-60' : ''}`}>
      <dl className="grid gap-2">
        <Row name={<Trans>Produtos</Trans>} value={format.money(cart.subtotal)} />
        {cart.discount_total.amount > 0 && (
          <Row
            tone="text-good"
            name={
              <>
                <Trans>Desconto</Trans>
                {cart.promotions.some(({ discount }) => discount.amount > 0) && (
                  <span className="block text-sm">
                    {cart.promotions
                      .filter(({ discount }) => discount.amount > 0)
                      .map(({ name }) => name)
                      .join(', ')}
                  </span>
                )}
              </>
            }
            value={less(cart.discount_total.amount)}
          />
        )}
        {freight ? (
          <Row
            name={<Trans>Entrega</Trans>}
            value={
              shipping === 0 ? t`grátis` : format.money({ amount: shipping, currency: cart.currency })
            }
          />
        ) : (
          <Row
            tone="text-muted"
            name={<Trans>Entrega</Trans>}
            value={later}
          />
        )}
        {cart.tax_total.amount > 0 && (
          <Row name={<Trans>Impostos</Trans>} value={format.money(cart.tax_total)} />
        )}
        <div className="flex items-baseline justify-between gap-4 border-t border-line pt-3 text-xl font-bold">
          <dt>
            <Trans>Total</Trans>
          </dt>
          <dd className="money" data-testid="total">
            {format.money({ amount: total, currency: cart.currency })}
          </dd>
        </div>
        {cart.credit_total.amount > 0 && (
          <>
            <Row
              tone="text-good"
              name={<Trans>Vales e crédito</Trans>}
              value={less(cart.credit_total.amount)}
            />
            <Row
              tone="font-bold"
              name={<Trans>A pagar</Trans>}
              value={format.money(cart.amount_due)}
            />
          </>
        )}
      </dl>
      {cart.tax_included.amount > 0 && (
        <p className="text-right text-sm text-muted">
          <Trans>com {format.money(cart.tax_included)} de impostos</Trans>
        </p>
      )}
    </div>
  )
}
