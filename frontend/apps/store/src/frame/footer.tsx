import { activate, currentLocale, locales, type Locale } from '@commerce/i18n'
import { Icon, Logo, type IconName } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

const link = 'text-on-deep-muted underline-offset-4 hover:text-on-deep hover:underline focus-visible:outline-sun'

function Promised({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <li className="flex items-center gap-3">
      <Icon name={icon} className="size-7 text-brand" />
      <span>{children}</span>
    </li>
  )
}

export function Footer() {
  const { t } = useLingui()
  const locale = currentLocale()
  const queries = useQueryClient()
  const speak = async (language: Locale) => {
    await activate(language)
    // The gateway has words, too.
    await queries.invalidateQueries()
  }
  return (
    <footer>
      <div className="border-t border-line bg-surface">
        <ul className="page grid gap-4 py-7 sm:grid-cols-3">
          <Promised icon="truck">
            <Trans>Entrega em todo o Brasil</Trans>
          </Promised>
          <Promised icon="back">
            <Trans>Troca grátis em 30 dias</Trans>
          </Promised>
          <Promised icon="shield">
            <Trans>Seus dados protegidos por criptografia</Trans>
          </Promised>
        </ul>
      </div>
      <div className="bg-deep text-on-deep">
        <div className="page flex flex-wrap items-start justify-between gap-x-12 gap-y-8 py-10">
          <div className="max-w-xs">
            <p className="flex items-center gap-2 text-xl font-extrabold">
              <Logo className="size-7" />
              Ipê
            </p>
            <p className="mt-2 text-on-deep-muted">
              <Trans>Tudo para a casa, a mesa e a vida.</Trans>
            </p>
          </div>
          <nav aria-label={t`Rodapé`}>
            <ul className="grid gap-3">
              <li>
                <Link to="/busca" className={link}>
                  <Trans>Todos os produtos</Trans>
                </Link>
              </li>
              <li>
                <Link to="/conta" className={link}>
                  <Trans>Meus pedidos</Trans>
                </Link>
              </li>
              <li>
                <Link to="/rastreio" className={link}>
                  <Trans>Acompanhar um pedido</Trans>
                </Link>
              </li>
              <li>
                <Link to="/creditos" className={link}>
                  <Trans>Créditos</Trans>
                </Link>
              </li>
            </ul>
          </nav>
          <label className="grid gap-1 text-sm text-on-deep-muted">
            <Trans>Idioma</Trans>
            <select
              value={locale}
              onChange={(event) => void speak(event.target.value as Locale)}
              className="min-h-11 rounded-lg border border-on-deep-muted bg-deep px-3 text-base text-on-deep focus-visible:outline-sun"
            >
              {Object.entries(locales).map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <p className="page border-t border-white/12 py-5 text-sm text-on-deep-muted">
          <Trans>© {new Date().getFullYear()} Ipê. Uma loja de demonstração: nada aqui é vendido de verdade.</Trans>
        </p>
      </div>
    </footer>
  )
}
