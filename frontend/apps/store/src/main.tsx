import './styles.css'
import { newQueries, startApp, startTheme } from '@commerce/ui'
import { RouterProvider } from '@tanstack/react-router'
import { takeFirstData } from './first-data'
import { makeRouter } from './router'

startTheme()

const queries = newQueries({ staleTime: 30_000, gcTime: 30 * 60_000 })
takeFirstData(queries)
const router = makeRouter(queries)

/* Not waited for: the files of screens import from this one's. */
void startApp(<RouterProvider router={router} />, {
  catalogs: {
    'pt-BR': () => import('../locales/pt-BR.po'),
    en: () => import('../locales/en.po'),
  },
  queries,
  ready: router.load().catch(() => undefined),
})

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const register = () => void navigator.serviceWorker.register('/sw.js')
  if (document.readyState === 'complete') register()
  else addEventListener('load', register)
}
