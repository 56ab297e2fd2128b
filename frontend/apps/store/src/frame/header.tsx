import { Icon, Logo, ThemeButton, useUser } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { useBagCount } from '../bag/cart'
import { categoryTree } from '../data'
import { SearchBox } from './search-box'

const place =
  'flex min-h-11 items-center gap-2 rounded-full px-3 text-on-deep no-underline hover:bg-white/12 focus-visible:outline-sun'

function Brand() {
  return (
    <Link to="/" className={`${place} -ml-2 gap-2.5 text-2xl font-extrabold tracking-tight`}>
      <Logo className="size-9" />
      Ipê
    </Link>
  )
}

export function Header() {
  return (
    <header className="bg-deep text-on-deep">
      <div className="page flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
        <Brand />
        <div className="order-last w-full md:order-none md:mx-4 md:w-auto md:grow">
          <SearchBox />
        </div>
        <div className="ml-auto flex items-center gap-1">
          <ThemeButton className="text-on-deep hover:bg-white/12 focus-visible:outline-sun" />
          <AccountLink />
          <BagLink />
        </div>
      </div>
      <Categories />
    </header>
  )
}

/** For checkout and login: the way back, and trust. */
export function QuietHeader() {
  return (
    <header className="bg-deep text-on-deep">
      <div className="page flex items-center justify-between gap-4 py-3">
        <Brand />
        <span className="flex items-center gap-2 text-sm text-on-deep-muted">
          <Icon name="lock" className="size-4" />
          <Trans>Ambiente seguro</Trans>
        </span>
      </div>
    </header>
  )
}

function AccountLink() {
  const user = useUser()
  const here = useRouterState({ select: (state) => state.location.href })
  if (user) {
    return (
      <Link to="/conta" className={place}>
        <Icon name="user" className="size-6" />
        <span className="hidden max-w-32 truncate lg:inline">{user.name.split(' ')[0]}</span>
        <span className="sr-only">
          <Trans>Minha conta</Trans>
        </span>
      </Link>
    )
  }
  return (
    <Link to="/entrar" search={{ de: here }} className={place}>
      <Icon name="user" className="size-6" />
      <span className="sr-only lg:not-sr-only">
        <Trans>Entrar</Trans>
      </span>
    </Link>
  )
}

function BagLink() {
  const { t } = useLingui()
  const count = useBagCount()
  return (
    <Link
      to="/sacola"
      className={`${place} relative`}
      aria-label={
        count === 0
          ? t`Sacola vazia`
          : plural(count, { one: 'Sacola com # item', other: 'Sacola com # itens' })
      }
    >
      <Icon name="bag" className="size-6" />
      {count > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0 grid h-5 min-w-5 place-items-center rounded-full bg-sun px-1 text-xs font-bold text-[#2b1d00]"
        >
          {count}
        </span>
      )}
    </Link>
  )
}

function Categories() {
  const { t } = useLingui()
  const { data } = useQuery(categoryTree)
  return (
    <nav aria-label={t`Categorias`} className="border-t border-white/12">
      <ul className="page flex min-h-11 gap-1 overflow-x-auto [scrollbar-width:none]">
        {data?.map((branch) => (
          <li key={branch.id} className="first:-ml-3">
            <Link
              to="/categoria/$slug"
              params={{ slug: branch.slug }}
              className="flex min-h-11 items-center px-3 text-[0.94rem] whitespace-nowrap text-on-deep-muted no-underline hover:text-on-deep focus-visible:-outline-offset-2 focus-visible:outline-sun"
              activeProps={{ className: 'font-semibold text-sun! shadow-[inset_0_-3px_0_var(--color-sun)]' }}
            >
              {branch.name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
