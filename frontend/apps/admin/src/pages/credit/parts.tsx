import type { Schemas } from '@commerce/api'
import { Badge, Field, TextAreaField, type Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { localMoment, type Reader } from '../../form/read'
import { HOUSE_CURRENCY } from '../pricing/data'
import { standing, type Credit, type Standing } from './data'

const tones: Record<Standing, Tone> = {
  usable: 'good',
  blocked: 'bad',
  over: 'warn',
  empty: 'neutral',
}

export function CreditBadge({ of }: { of: Credit }) {
  const state = standing(of)
  const names: Record<Standing, string> = {
    usable: t`Válido`,
    blocked: t`Bloqueado`,
    over: t`Vencido`,
    empty: t`Sem saldo`,
  }
  return <Badge tone={tones[state]}>{names[state]}</Badge>
}

/** A sum and its currency, as `readAmount` reads them. */
export function AmountFields({ error }: { error: (name: string) => string | undefined }) {
  const { t } = useLingui()
  return (
    <div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
      <Field
        label={t`Valor`}
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        required
        error={error('amount')}
      />
      <Field
        label={t`Moeda`}
        name="currency"
        required
        minLength={3}
        maxLength={3}
        pattern="[A-Z]{3}"
        defaultValue={HOUSE_CURRENCY}
      />
    </div>
  )
}

export function readAmount(read: Reader): Schemas['PositivePrice'] {
  const currency = read.words('currency')
  return { amount: readSum(read, 'amount', currency), currency }
}

/** What can be said of a card, and changed later. */
export function CardFields({ of: card, error }: { of?: Credit; error: (name: string) => string | undefined }) {
  const { t } = useLingui()
  return (
    <>
      <Field
        label={t`Vale até`}
        optional={t`opcional`}
        type="datetime-local"
        name="expires_at"
        defaultValue={localMoment(card?.expires_at)}
        error={error('expires_at')}
      />
      <TextAreaField
        label={t`Anotação`}
        optional={t`opcional`}
        name="note"
        rows={2}
        maxLength={500}
        hint={t`Só a equipe vê.`}
        defaultValue={card?.note ?? ''}
        error={error('note')}
      />
    </>
  )
}

/** More than nothing, in minor units. */
export function readSum(read: Reader, name: string, currency: string): number {
  const sum = read.money(name, currency) ?? 0
  if (sum <= 0) read.refuse(name, t`Escreva um valor, como 19,90.`)
  return sum
}
