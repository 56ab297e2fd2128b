// A filter of a table that is one of many: found in a dialog, and shown in its
// place until it is taken away.

import { Button, Dialog, Icon } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useState, type ReactNode } from 'react'
import { filtering } from '../table/filters'
import { focusFirst } from './focus'
import { Pick, type Choice } from './pick'

interface PickFilterProps {
  /** What the button says while nothing is chosen. */
  text: ReactNode
  /** What is chosen, in words. */
  chosen: ReactNode
  title: string
  /** As of Pick. */
  label: string
  source: string
  search: (words: string, signal: AbortSignal) => Promise<Choice[]>
  onChange: (id: string | undefined) => void
}

export function PickFilter({ text, chosen, title, label, source, search, onChange }: PickFilterProps) {
  const [open, setOpen] = useState(false)
  if (chosen) {
    return (
      <button
        type="button"
        onClick={() => onChange(undefined)}
        className={`control inline-flex max-w-full items-center gap-1.5 sm:max-w-96 ${filtering}`}
      >
        <span className="truncate">{chosen}</span>
        <Icon name="close" className="size-4 shrink-0" />
        <span className="sr-only">
          <Trans>Tirar o filtro</Trans>
        </span>
      </button>
    )
  }
  return (
    <>
      <button type="button" className="control hover:bg-sunken" onClick={() => setOpen(true)}>
        {text}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={title}>
        <div ref={focusFirst}>
          <Pick
            label={label}
            source={source}
            search={search}
            onPick={(one) => {
              if (!one) return
              setOpen(false)
              onChange(one.id)
            }}
          />
        </div>
        <div className="flex justify-end">
          <Button look="secondary" onClick={() => setOpen(false)}>
            <Trans>Voltar</Trans>
          </Button>
        </div>
      </Dialog>
    </>
  )
}
