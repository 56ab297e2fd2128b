import { buttonClass, EmptyState, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'

export function NotFound() {
  const { t } = useLingui()
  useTitle(t`Página não encontrada`)
  return (
    <EmptyState
      page
      icon="search"
      title={<Trans>Não há nada neste endereço</Trans>}
      action={
        <Link to="/" className={buttonClass('primary')}>
          <Trans>Ir para o início</Trans>
        </Link>
      }
    >
      <Trans>A página pode ter mudado de lugar, ou o produto saiu da loja.</Trans>
    </EmptyState>
  )
}
