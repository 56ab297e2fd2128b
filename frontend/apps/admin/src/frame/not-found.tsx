import { buttonClass, EmptyState, ErrorState } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'

export function NotFound() {
  return (
    <EmptyState
      page
      icon="search"
      title={<Trans>Esta página não existe</Trans>}
      action={
        <Link to="/" className={buttonClass('secondary')}>
          <Trans>Ir para o início</Trans>
        </Link>
      }
    >
      <Trans>O endereço mudou, ou foi digitado errado.</Trans>
    </EmptyState>
  )
}

/** A page that could not be shown; the frame around it stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <ErrorState
      page
      error={error}
      retry={() => {
        reset()
        return router.invalidate()
      }}
    />
  )
}
