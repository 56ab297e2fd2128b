// What the gateway refused, at the field that it means.

import { isProblem } from '@commerce/api'
import { problemText } from '@commerce/ui'
import { t } from '@lingui/core/macro'

/** The words for a code of `errors[]`; codes are stable, so they are a list. */
function words(code: string): string {
  switch (code) {
    case 'required':
    case 'too_short':
    case 'too_few_items':
      return t`Preencha este campo.`
    case 'too_long':
      return t`É longo demais.`
    case 'too_small':
      return t`É pouco demais.`
    case 'too_large':
      return t`É demais.`
    case 'too_many_items':
      return t`São itens demais.`
    case 'pattern_mismatch':
    case 'wrong_format':
      return t`Não tem a forma certa.`
    case 'not_unique':
    case 'named_twice':
      return t`Está repetido.`
    case 'sku_taken':
      return t`Este SKU já é de outra variante.`
    case 'slug_taken':
    case 'location_code_taken':
      return t`Já existe.`
    case 'unknown_category':
    case 'unknown_product':
    case 'unknown_location':
    case 'unknown_variant':
    case 'unknown_item':
      return t`Não foi encontrado.`
    case 'already_over':
      return t`Já passou.`
    case 'price_is_per_variant':
      return t`As variantes têm preços diferentes.`
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
