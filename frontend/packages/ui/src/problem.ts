import { Offline, Problem } from '@commerce/api'
import { t } from '@lingui/core/macro'

/** What to tell a person about an error. The gateway's titles are in the
 * reader's language already. */
export function problemText(error: unknown): string {
  if (error instanceof Offline) {
    return t`Verifique a sua internet e tente de novo.`
  }
  if (error instanceof Problem) {
    if (error.status === 429) return t`Muitas tentativas. Espere um pouco e tente de novo.`
    if (error.status >= 500) return t`A loja está com dificuldades agora. Tente de novo em instantes.`
    return error.message
  }
  return t`Algo inesperado aconteceu.`
}
