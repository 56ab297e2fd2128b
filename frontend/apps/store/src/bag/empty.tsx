import { buttonClass, EmptyState, useUser } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { UnpaidNotice } from '../guest/unpaid'
import { Rail } from '../parts/rail'

export function EmptyBag() {
  const guest = useUser() === null
  return (
    <>
      <UnpaidNotice />
      <EmptyState
        page
        icon="bag"
        title={<Trans>A sua sacola está vazia</Trans>}
        action={
          <div className="flex flex-wrap justify-center gap-3">
            <Link to="/busca" className={buttonClass('primary', 'large')}>
              <Trans>Ver produtos</Trans>
            </Link>
            {guest && (
              <Link to="/entrar" search={{ de: '/sacola' }} className={buttonClass('secondary', 'large')}>
                <Trans>Entrar</Trans>
              </Link>
            )}
          </div>
        }
      >
        {guest ? (
          <Trans>Já tem uma sacola na sua conta? Entre para ver.</Trans>
        ) : (
          <Trans>O que você puser aqui fica guardado na sua conta.</Trans>
        )}
      </EmptyState>
      <Rail
        title={<Trans>Mais vendidos</Trans>}
        query={{ sort: 'popularity' }}
        all={{ sort: '-popularity' }}
      />
    </>
  )
}
