// Plus and minus beside a level: each press is a movement in the ledger.

import { useFormat } from '@commerce/i18n'
import { Icon, useScopes } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useQuickStock, variantText, type Level } from '../data/stock'

const step =
  'grid size-8 shrink-0 place-items-center rounded-full border border-edge hover:bg-sunken disabled:opacity-35'

export function QuickStock({ level }: { level: Level }) {
  const { t } = useLingui()
  const format = useFormat()
  const may = useScopes().has('stock:write')
  const quick = useQuickStock()
  const [told, setTold] = useState('')
  const name = variantText(level)

  const move = (delta: number) => {
    setTold(t`${name}: ${format.number(level.on_hand + delta)} em estoque`)
    quick.mutate({ level, delta, reason: t`Ajuste rápido` }, { onError: () => setTold('') })
  }
  const number = (
    <span className={`min-w-10 text-center font-semibold ${level.on_hand === 0 ? 'text-bad' : ''}`}>
      {format.number(level.on_hand)}
    </span>
  )
  if (!may) return number
  return (
    <span role="group" aria-label={t`Estoque de ${name}`} className="inline-flex items-center gap-1.5">
      <button
        type="button"
        className={step}
        aria-label={t`Menos um de ${name}`}
        disabled={level.available <= 0}
        onClick={() => move(-1)}
      >
        <Icon name="minus" className="size-3.5" />
      </button>
      {number}
      <button type="button" className={step} aria-label={t`Mais um de ${name}`} onClick={() => move(1)}>
        <Icon name="plus" className="size-3.5" />
      </button>
      <span role="status" className="sr-only">
        {told}
      </span>
    </span>
  )
}
