import './styles.css'
import { mayRetry } from '@commerce/api'
import { startI18n } from '@commerce/i18n'
import { SessionProvider, startTheme } from '@commerce/ui'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { takeFirstData } from './first-data'
import { makeRouter } from './router'

startTheme()

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: mayRetry, staleTime: 30_000, gcTime: 30 * 60_000 },
  },
})
takeFirstData(queries)
const router = makeRouter(queries)

/** What the shop has written into the page stays until the screen is there, and
 * then it is changed in one go, by slices that leave the page alive. The files of
 * screens import from this one's, which must not wait for them as a module. */
async function start() {
  await Promise.all([
    startI18n({
      'pt-BR': () => import('../locales/pt-BR.po'),
      en: () => import('../locales/en.po'),
    }),
    router.load().catch(() => undefined),
  ])

  const root = createRoot(document.getElementById('root') as HTMLElement)
  startTransition(() => {
    root.render(
      <StrictMode>
        <I18nProvider i18n={i18n}>
          <QueryClientProvider client={queries}>
            <SessionProvider>
              <RouterProvider router={router} />
            </SessionProvider>
          </QueryClientProvider>
        </I18nProvider>
      </StrictMode>,
    )
  })
}

void start()

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const register = () => void navigator.serviceWorker.register('/sw.js')
  if (document.readyState === 'complete') register()
  else addEventListener('load', register)
}
