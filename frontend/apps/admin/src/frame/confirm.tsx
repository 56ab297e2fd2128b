// A question before something that is hard to take back:
//
//     if (await confirm({ title, text, action: t`Apagar`, danger: true })) ...

import { Button, Dialog } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useSyncExternalStore, type ReactNode } from 'react'

export interface Question {
  title: string
  text: ReactNode
  /** The word on the button that does it. */
  action: string
  danger?: boolean
}

let asked: (Question & { answer: (yes: boolean) => void }) | null = null
const watchers = new Set<() => void>()

function set(next: typeof asked) {
  asked = next
  watchers.forEach((watcher) => watcher())
}

/** Resolves to what the person chose; a question that is asked meanwhile, or
 * Escape, is a no. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false)
  return new Promise((resolve) => {
    set({
      ...question,
      answer: (yes) => {
        set(null)
        resolve(yes)
      },
    })
  })
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function ConfirmHost() {
  const now = useSyncExternalStore(watch, () => asked)
  return (
    <Dialog
      open={now !== null}
      onClose={() => now?.answer(false)}
      title={now?.title ?? ''}
      footer={
        <div className="flex flex-wrap justify-end gap-3">
          <Button look="secondary" onClick={() => now?.answer(false)}>
            <Trans>Voltar</Trans>
          </Button>
          <Button look={now?.danger ? 'danger' : 'primary'} onClick={() => now?.answer(true)}>
            {now?.action}
          </Button>
        </div>
      }
    >
      <div>{now?.text}</div>
    </Dialog>
  )
}
