import { Icon } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { MOST } from '../bag/change'

interface QuantityProps {
  value: number
  onChange: (value: number) => void
  /** Of what, for those who do not see where it stands. */
  of: string
}

const step = 'grid size-11 place-items-center rounded-full hover:bg-sunken disabled:opacity-35'

export function Quantity({ value, onChange, of }: QuantityProps) {
  const { t } = useLingui()
  const [text, setText] = useState(String(value))
  useEffect(() => setText(String(value)), [value])

  const settle = () => {
    const wanted = Math.trunc(Number(text))
    if (wanted === value) return
    if (wanted >= 1 && wanted <= MOST) onChange(wanted)
    else setText(String(value))
  }

  return (
    <div
      role="group"
      aria-label={t`Quantidade de ${of}`}
      className="inline-flex items-center rounded-full border border-edge bg-surface"
    >
      <button
        type="button"
        className={step}
        aria-label={t`Menos um`}
        disabled={value <= 1}
        onClick={() => onChange(value - 1)}
      >
        <Icon name="minus" className="size-4" />
      </button>
      <input
        inputMode="numeric"
        aria-label={t`Quantidade`}
        value={text}
        onChange={(event) => setText(event.target.value.replace(/\D/g, '').slice(0, 2))}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault()
            settle()
          }
        }}
        className="h-11 w-9 bg-transparent text-center font-semibold tabular-nums"
      />
      <button
        type="button"
        className={step}
        aria-label={t`Mais um`}
        disabled={value >= MOST}
        onClick={() => onChange(value + 1)}
      >
        <Icon name="plus" className="size-4" />
      </button>
    </div>
  )
}
