// A form in a dialog: its fields, what was refused, and the button that sends it.

import { Button, Dialog } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import type { FormEvent, ReactNode } from 'react'
import { ActError } from './act'
import { focusFirst } from './focus'

interface SheetProps {
  title: string
  onClose: () => void
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  busy: boolean
  error: unknown
  /** What the button says. */
  does: ReactNode
  /** It cannot be undone. */
  danger?: boolean
  children?: ReactNode
}

/** Mounted while it is open. */
export function Sheet({
  title,
  onClose,
  onSubmit,
  busy,
  error,
  does,
  danger,
  children,
}: SheetProps) {
  return (
    <Dialog open onClose={onClose} title={title}>
      <form className="grid gap-4" onSubmit={onSubmit} ref={focusFirst}>
        {children}
        <ActError error={error} />
        <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap justify-end gap-3 border-t border-line bg-surface px-5 py-3">
          <Button look="secondary" onClick={onClose}>
            <Trans>Voltar</Trans>
          </Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={busy}>
            {does}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
