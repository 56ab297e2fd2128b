// Several of many: what is chosen stands as chips, a field finds more.

import { IconButton } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { Pick, type Choice } from './pick'

interface PicksProps {
  label: string
  hint?: string
  chosen: readonly Choice[]
  change: (chosen: Choice[]) => void
  /** As of Pick. */
  source: string
  search: (words: string, signal: AbortSignal) => Promise<Choice[]>
}

export function Picks({ label, hint, chosen, change, source, search }: PicksProps) {
  const { t } = useLingui()
  return (
    <div className="grid gap-2">
      <Pick
        label={label}
        hint={hint}
        source={source}
        search={search}
        several
        onPick={(one) => {
          if (one && !chosen.some(({ id }) => id === one.id)) change([...chosen, one])
        }}
      />
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-2" aria-label={label}>
          {chosen.map((one) => (
            <li
              key={one.id}
              className="flex items-center gap-1 rounded-full bg-brand-soft pl-3.5 text-sm text-brand"
            >
              <span>{one.text}</span>
              <IconButton
                icon="close"
                label={t`Tirar ${one.text}`}
                className="size-9!"
                onClick={() => change(chosen.filter(({ id }) => id !== one.id))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
