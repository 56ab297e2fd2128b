import { useFormat } from '@commerce/i18n'
import { Alert, Icon, IconButton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { MoneyValue } from '@commerce/i18n'
import { useChangeCart } from './cart'
import { CodeField } from './code-field'
import type { Cart } from './kept'

/** The coupons of a cart, why one does not count, and a field for another. Not
 * a form: it may stand in one. */
export function Coupons({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const change = useChangeCart({ quiet: true })
  const [open, setOpen] = useState(false)

  return (
    <div className="grid gap-3">
      {cart.coupons.length > 0 && (
        <ul aria-label={t`Cupons`} className="grid gap-2">
          {cart.coupons.map((code) => (
            <li key={code} className="rounded-lg border border-dashed border-edge py-1 pr-1 pl-3">
              <div className="flex items-center justify-between gap-2">
                <span className="flex items-center gap-2 font-semibold">
                  <Icon name="tag" className="size-4 text-brand" />
                  {code}
                </span>
                <IconButton
                  icon="close"
                  label={t`Tirar o cupom ${code}`}
                  onClick={() => change.mutate({ kind: 'uncoupon', code })}
                />
              </div>
              <Why cart={cart} code={code} />
            </li>
          ))}
        </ul>
      )}
      {open || cart.coupons.length > 0 ? (
        <CodeField
          label={t`Cupom de desconto`}
          pattern={/^[A-Z0-9_-]{1,32}$/}
          maxLength={32}
          busy={change.isPending && change.variables.kind === 'coupon'}
          error={change.error}
          onType={change.reset}
          onUse={(code, done) => change.mutate({ kind: 'coupon', code }, { onSuccess: done })}
        />
      ) : (
        <button
          type="button"
          className="link flex min-h-9 items-center gap-2 justify-self-start"
          onClick={() => setOpen(true)}
        >
          <Icon name="tag" className="size-4" />
          <Trans>Tenho um cupom</Trans>
        </button>
      )}
    </div>
  )
}

/** Why a coupon that the cart keeps does not count now. */
function Why({ cart, code }: { cart: Cart; code: string }) {
  const format = useFormat()
  const problem = cart.problems.find((one) => one.coupon === code)
  if (!problem) return null
  const minimum = problem['minimum'] as MoneyValue | undefined
  return (
    <Alert tone="warn">
      {problem.code === 'coupon_minimum' && minimum ? (
        <Trans>Vale a partir de {format.money(minimum)}.</Trans>
      ) : problem.code === 'coupon_expired' ? (
        <Trans>Este cupom passou do prazo.</Trans>
      ) : problem.code === 'coupon_needs_account' ? (
        <Trans>Entre na sua conta para usar este cupom.</Trans>
      ) : problem.code === 'coupon_used' ? (
        <Trans>Você já usou este cupom.</Trans>
      ) : problem.code === 'coupon_exhausted' ? (
        <Trans>Este cupom já acabou.</Trans>
      ) : problem.code === 'coupon_not_combinable' ? (
        <Trans>Não vale junto com outro desconto.</Trans>
      ) : problem.code === 'coupon_not_applicable' ? (
        <Trans>Não vale para estes produtos.</Trans>
      ) : (
        <Trans>Este cupom não vale agora.</Trans>
      )}
    </Alert>
  )
}
