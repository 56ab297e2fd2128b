// Forms are the browser's own: it keeps the fields, checks them and says what is
// missing; here is only what goes to the gateway and what comes back.

import { isProblem } from '@commerce/api'
import { t } from '@lingui/core/macro'
import type { FormEvent } from 'react'

/** The trimmed texts of a form by name, and no reload. */
export function take(event: FormEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault()
  const texts: Record<string, string> = {}
  new FormData(event.currentTarget).forEach((value, name) => {
    if (typeof value === 'string') {
      texts[name] = name.includes('password') ? value : value.trim()
    }
  })
  return texts
}

/** What to say at a field that the gateway refused. */
export function fieldError(error: unknown, name: string): string | undefined {
  const code = isProblem(error) ? error.field(name) : undefined
  if (code === undefined) return undefined
  switch (code) {
    case 'required':
    case 'too_short':
    case 'min_length':
      return t`Preencha este campo.`
    case 'common_password':
    case 'too_common':
    case 'password_too_common':
      return t`Esta senha é conhecida demais; escolha outra.`
    default:
      return t`Isto não foi aceito; confira.`
  }
}
