import './styles.css'
import { startI18n } from '@commerce/i18n'
import { SessionProvider, startTheme } from '@commerce/ui'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './queries'
import { makeRouter } from './router'

startTheme()
const router = makeRouter(queries)

/** The files of screens import from this one's, which must not wait for them as
 * a module. */
async function start() {
  await startI18n({
    'pt-BR': () => import('../locales/pt-BR.po'),
    en: () => import('../locales/en.po'),
  })

  createRoot(document.getElementById('root') as HTMLElement).render(
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
}

void start()
