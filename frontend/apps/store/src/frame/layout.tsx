import { OfflineNotice, ToastRegion, useUser } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Footer } from './footer'
import { useCartOfSession } from '../bag/cart'
import { Header, QuietHeader } from './header'

/** Pages where nothing should lead away from what is being done. */
const QUIET = ['/finalizar', '/entrar', '/cadastro', '/esqueci-a-senha', '/nova-senha']

/** What was read for a customer is for nobody else, however the session ends. */
function useDiscretion() {
  const queries = useQueryClient()
  const customer = useUser()?.id
  useEffect(() => {
    if (!customer) return
    return () => {
      for (const key of ['me', 'order']) queries.removeQueries({ queryKey: [key] })
    }
  }, [queries, customer])
}

export function Layout() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useCartOfSession()
  useDiscretion()

  // A new page is a new document for those who hear it: the focus goes there.
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    main.current?.focus({ preventScroll: true })
    // What the page told search engines was of the one that it came as.
    document.getElementById('ld')?.remove()
  }, [path])

  // The address of a page is the one without its filters.
  useEffect(() => {
    const link =
      document.querySelector<HTMLLinkElement>('link[rel=canonical]') ??
      document.head.appendChild(Object.assign(document.createElement('link'), { rel: 'canonical' }))
    link.href = location.origin + path
  }, [path])

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#conteudo"
        className="sr-only z-50 rounded-lg bg-surface px-4 py-2 font-semibold text-ink focus:not-sr-only focus:absolute focus:m-2"
      >
        <Trans>Ir para o conteúdo</Trans>
      </a>
      <OfflineNotice />
      {QUIET.includes(path) ? <QuietHeader /> : <Header />}
      <main id="conteudo" ref={main} tabIndex={-1} className="grow pb-16 outline-none">
        <Outlet />
      </main>
      <Footer />
      <ToastRegion />
    </div>
  )
}
