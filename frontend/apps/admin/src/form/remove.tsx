// Deleting something, after asking.

import { Button, Dialog } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import type { QueryKey } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ActError, useAct } from './act'

interface RemoveProps {
  title: string
  work: () => Promise<unknown>
  refresh: readonly QueryKey[]
  /** Where to go then; without it the page stays. */
  done?: () => void
  /** What it means. */
  children?: ReactNode
  /** What the button says, if not "delete". */
  does?: ReactNode
  look?: 'danger' | 'quiet'
}

export function Remove({
  title,
  work,
  refresh,
  done,
  children,
  does,
  look = 'danger',
}: RemoveProps) {
  const [open, setOpen] = useState(false)
  const remove = useAct(work, {
    refresh,
    gone: done !== undefined,
    done: () => {
      setOpen(false)
      done?.()
    },
  })
  const name = does ?? <Trans>Apagar</Trans>
  return (
    <>
      <Button look={look} size="small" icon="trash" onClick={() => setOpen(true)}>
        {name}
      </Button>
      {open && (
        <Dialog
          open
          onClose={() => setOpen(false)}
          title={title}
          footer={
            <div className="flex flex-wrap justify-end gap-3">
              <Button look="secondary" onClick={() => setOpen(false)}>
                <Trans>Voltar</Trans>
              </Button>
              <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
                {name}
              </Button>
            </div>
          }
        >
          {children && <p>{children}</p>}
          <ActError error={remove.error} />
        </Dialog>
      )}
    </>
  )
}
