import './styles.css'
import { startApp, startTheme } from '@commerce/ui'
import { RouterProvider } from '@tanstack/react-router'
import { queries } from './queries'
import { makeRouter } from './router'

startTheme()

/* Not waited for: the files of screens import from this one's. */
void startApp(<RouterProvider router={makeRouter(queries)} />, {
  catalogs: {
    'pt-BR': () => import('../locales/pt-BR.po'),
    en: () => import('../locales/en.po'),
  },
  queries,
})
