import { Badge, Field, type Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { localMoment } from '../../form/read'
import { standing, type Promotion, type Standing } from './data'
import type { Format } from '@commerce/i18n'

const tones: Record<Standing, Tone> = {
  off: 'neutral',
  planned: 'brand',
  over: 'neutral',
  on: 'good',
}

export function StandingBadge({ of }: { of: Parameters<typeof standing>[0] }) {
  const state = standing(of)
  const names: Record<Standing, string> = {
    off: t`Desativada`,
    planned: t`Agendada`,
    over: t`Encerrada`,
    on: t`Ativa`,
  }
  return <Badge tone={tones[state]}>{names[state]}</Badge>
}

/** What a promotion gives, in few words. */
export function promotionText(one: Promotion, format: Format): string {
  switch (one.kind) {
    case 'percent':
      return t`${format.percent((one.rate_ppm ?? 0) / 1e6)} de desconto`
    case 'amount':
      return t`${format.money({ amount: one.amount ?? 0, currency: one.currency ?? 'BRL' })} de desconto`
    default:
      return t`Entrega grátis`
  }
}

interface PeriodProps {
  starts_at: string | null | undefined
  ends_at: string | null | undefined
  error: (name: string) => string | undefined
}

/** From when until when; both may be open. */
export function PeriodFields({ starts_at, ends_at, error }: PeriodProps) {
  const { t } = useLingui()
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label={t`Começa em`}
        optional={t`opcional`}
        type="datetime-local"
        name="starts_at"
        defaultValue={localMoment(starts_at)}
        error={error('starts_at')}
      />
      <Field
        label={t`Termina em`}
        optional={t`opcional`}
        type="datetime-local"
        name="ends_at"
        defaultValue={localMoment(ends_at)}
        error={error('ends_at')}
      />
    </div>
  )
}

/** From when until when something is valid, as far as it says. */
export function periodText(
  one: { starts_at: string | null; ends_at: string | null },
  format: Format,
): string {
  if (one.starts_at && one.ends_at) {
    return t`${format.date(one.starts_at)} a ${format.date(one.ends_at)}`
  }
  if (one.starts_at) return t`desde ${format.date(one.starts_at)}`
  if (one.ends_at) return t`até ${format.date(one.ends_at)}`
  return t`sempre`
}
