import { Button, Icon, problemText } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useId, useState } from 'react'

interface CodeFieldProps {
  label: string
  /** What a code looks like; others are not sent. */
  pattern: RegExp
  maxLength: number
  busy: boolean
  error: unknown
  onType: () => void
  onUse: (code: string, done: () => void) => void
}

/** A field for a code and its button. Not a form: it may stand in one. */
export function CodeField({ label, pattern, maxLength, busy, error, onType, onUse }: CodeFieldProps) {
  const [text, setText] = useState('')
  const id = useId()
  const submit = () => {
    const code = text.trim().toUpperCase()
    if (pattern.test(code)) onUse(code, () => setText(''))
  }
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          value={text}
          maxLength={maxLength}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-e` : undefined}
          onChange={(event) => {
            setText(event.target.value)
            onType()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault()
              submit()
            }
          }}
          className="min-h-11 w-full min-w-0 rounded-lg border border-edge bg-surface px-3.5 uppercase aria-invalid:border-bad"
        />
        <Button look="secondary" busy={busy} onClick={submit}>
          <Trans>Usar</Trans>
        </Button>
      </div>
      {error ? (
        <p id={`${id}-e`} role="alert" className="flex items-center gap-1.5 text-sm text-bad">
          <Icon name="alert" className="size-4" />
          {problemText(error)}
        </p>
      ) : null}
    </div>
  )
}
