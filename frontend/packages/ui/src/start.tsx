// How an app begins: look, language, session, and its screen among them.

import { startI18n, type Catalogs } from '@commerce/i18n'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { startTransition, StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { SessionProvider } from './session'

interface App {
  catalogs: Catalogs
  queries: QueryClient
  /** What the first screen waits for. */
  ready?: Promise<unknown>
}

/** What the shop has written into the page stays until the screen is there, and
 * then it is changed in one go, by slices that leave the page alive. */
export async function startApp(screen: ReactNode, { catalogs, queries, ready }: App) {
  await Promise.all([startI18n(catalogs), ready])
  const root = createRoot(document.getElementById('root') as HTMLElement)
  startTransition(() => {
    root.render(
      <StrictMode>
        <I18nProvider i18n={i18n}>
          <QueryClientProvider client={queries}>
            <SessionProvider>{screen}</SessionProvider>
          </QueryClientProvider>
        </I18nProvider>
      </StrictMode>,
    )
  })
}
