// What the gateway refused, at the field that it means.

import { isProblem } from '@commerce/api'
import { problemText } from '@commerce/ui'
import { t } from '@lingui/core/macro'

/** The words for a code of `errors[]`; codes are stable, so they are a list. */
function words(code: string): string {
  switch (code) {
    case 'required':
    case 'too_short':
    case 'min_length':
    case 'min_items':
    case 'blank':
      return t`Preencha este campo.`
    case 'too_long':
    case 'max_length':
      return t`É longo demais.`
    case 'too_small':
    case 'minimum':
    case 'too_low':
      return t`É pouco demais.`
    case 'too_large':
    case 'maximum':
    case 'too_high':
      return t`É demais.`
    case 'taken':
    case 'sku_taken':
    case 'slug_taken':
    case 'duplicate':
    case 'not_unique':
      return t`Já existe.`
    case 'not_found':
    case 'unknown':
      return t`Não foi encontrado.`
    default:
      return t`Isto não foi aceito; confira.`
  }
}

interface FieldError {
  pointer: string
  code: string
  title?: unknown
  message?: unknown
}

function listed(error: unknown): FieldError[] {
  if (!isProblem(error)) return []
  const errors = (error.body.errors ?? []) as FieldError[]
  return errors.map((one) => ({ ...one, pointer: one.pointer.replace(/^(?=[^/])/, '/') }))
}

/** `at('/price')` is what to say at that field, or below it. */
export function fieldErrors(error: unknown): (pointer: string) => string | undefined {
  const errors = listed(error)
  return (pointer) => {
    const found = errors.find(
      (one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`),
    )
    return found && words(found.code)
  }
}

/** What to say over a form: the problem itself, and those errors whose field
 * the form does not show. */
export function formProblem(error: unknown, shown: readonly string[] = []): string | undefined {
  if (!error) return undefined
  const elsewhere = listed(error).filter(
    ({ pointer }) => !shown.some((one) => pointer === one || pointer.startsWith(`${one}/`)),
  )
  return [
    problemText(error),
    ...elsewhere.map(({ pointer, code }) => `${pointer.slice(1)}: ${words(code)}`),
  ].join(' ')
}
