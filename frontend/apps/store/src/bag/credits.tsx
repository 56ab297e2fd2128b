// What is paid without a provider: gift cards, and what the shop owes a customer.

import { useFormat } from '@commerce/i18n'
import { Choice, Icon, IconButton, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { myCredit } from '../data'
import { useChangeCart } from './cart'
import { CodeField } from './code-field'
import type { Cart } from './kept'

export function Credits({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const format = useFormat()
  const change = useChangeCart({ quiet: true })
  const [open, setOpen] = useState(false)
  const cards = cart.credits.filter(({ kind }) => kind === 'gift_card')
  return (
    <div className="grid gap-3">
      <StoreCredit cart={cart} />
      {cards.length > 0 && (
        <ul aria-label={t`Vales-presente`} className="grid gap-2">
          {cards.map(({ id, hint, amount }) => (
            <li
              key={id}
              className="flex items-center justify-between gap-2 rounded-lg border border-dashed border-edge py-1 pr-1 pl-3"
            >
              <span className="flex items-center gap-2">
                <Icon name="gift" className="size-5 text-brand" />
                <Trans>Vale-presente …{hint}</Trans>
              </span>
              <span className="flex items-center">
                <span className="money font-semibold">{format.money({ ...amount, amount: -amount.amount })}</span>
                <IconButton
                  icon="close"
                  label={t`Tirar o vale-presente …${hint}`}
                  onClick={() => change.mutate({ kind: 'uncard', id })}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      {open || cards.length > 0 ? (
        <CodeField
          label={t`Código do vale-presente`}
          pattern={/^[A-Z0-9 -]{16,40}$/}
          maxLength={40}
          busy={change.isPending && change.variables.kind === 'card'}
          error={change.error}
          onType={change.reset}
          onUse={(code, done) => change.mutate({ kind: 'card', code }, { onSuccess: done })}
        />
      ) : (
        <button
          type="button"
          className="link flex min-h-9 items-center gap-2 justify-self-start"
          onClick={() => setOpen(true)}
        >
          <Icon name="gift" className="size-4" />
          <Trans>Tenho um vale-presente</Trans>
        </button>
      )}
    </div>
  )
}

function StoreCredit({ cart }: { cart: Cart }) {
  const format = useFormat()
  const user = useUser()
  const change = useChangeCart()
  // The box shows what was asked for at once, also before the bag does.
  const [asked, ask] = useState<boolean>()
  const { data } = useQuery({ ...myCredit, enabled: Boolean(user) })
  const mine = data?.find(({ active, balance }) => active && balance.currency === cart.currency)
  if (!mine || mine.balance.amount <= 0) return null
  return (
    <Choice
      type="checkbox"
      checked={asked ?? cart.store_credit}
      onChange={(event) => {
        ask(event.target.checked)
        change.mutate(
          { kind: 'terms', terms: { store_credit: event.target.checked } },
          { onSettled: () => ask(undefined) },
        )
      }}
    >
      <Trans>Usar o meu crédito na loja ({format.money(mine.balance)})</Trans>
    </Choice>
  )
}
