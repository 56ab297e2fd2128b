import { session } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Icon, SessionUnknown, useTitle, useUser, type IconName } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { myCredit } from '../data'

const tab =
  'flex min-h-11 items-center gap-3 rounded-lg px-3 whitespace-nowrap text-ink no-underline hover:bg-sunken'

/** The frame of the account's pages: who it is, and where to go. */
export function AccountPage() {
  const { t } = useLingui()
  const user = useUser()
  const navigate = useNavigate()
  const tabs = useTabInSight()
  useTitle(t`Minha conta`)

  if (user === undefined) return <SessionUnknown />
  if (user === null) return <ToLogin />

  const leave = async () => {
    await navigate({ to: '/' })
    await session.logout()
  }

  return (
    <div className="page grid items-start gap-8 pt-8 md:grid-cols-[15rem_1fr]">
      <aside className="min-w-0">
        <div className="mb-4 flex items-center gap-3">
          <span className="grid size-12 shrink-0 place-items-center rounded-full bg-brand-soft text-brand">
            <Icon name="user" className="size-7" />
          </span>
          <div className="min-w-0">
            <p className="font-semibold [overflow-wrap:anywhere]">{user.name}</p>
            <p className="text-sm [overflow-wrap:anywhere] text-muted">
              {user.email.split('@')[0]}
              <wbr />@{user.email.split('@')[1]}
            </p>
          </div>
        </div>
        <StoreCredit />
        <nav aria-label={t`Minha conta`}>
          <ul ref={tabs} className="-mx-1 flex gap-1 overflow-x-auto p-1 md:grid">
            <Tab to="/conta" icon="box" exact>
              <Trans>Pedidos</Trans>
            </Tab>
            <Tab to="/conta/desejos" icon="heart">
              <Trans>Desejos</Trans>
            </Tab>
            <Tab to="/conta/enderecos" icon="home">
              <Trans>Endereços</Trans>
            </Tab>
            <Tab to="/conta/seguranca" icon="shield">
              <Trans>Senha e sessões</Trans>
            </Tab>
            <Tab to="/conta/dados" icon="user">
              <Trans>Meus dados</Trans>
            </Tab>
            <li>
              <button type="button" className={`${tab} w-full`} onClick={() => void leave()}>
                <Icon name="out" />
                <Trans>Sair</Trans>
              </button>
            </li>
          </ul>
        </nav>
      </aside>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  )
}

/** On small screens the tabs scroll: the one of this page is not left outside. */
function useTabInSight() {
  const list = useRef<HTMLUListElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const user = useUser()
  useEffect(() => {
    const here = list.current?.querySelector<HTMLElement>('[aria-current]')
    if (list.current && here) list.current.scrollLeft = here.offsetLeft - list.current.offsetLeft - 24
  }, [path, user])
  return list
}

/** What the shop owes the customer; nothing is not worth a line. */
function StoreCredit() {
  const format = useFormat()
  const { data } = useQuery(myCredit)
  const held = data?.filter(({ active, balance }) => active && balance.amount > 0) ?? []
  return held.map(({ id, balance }) => (
    <p key={id} className="mb-4 flex items-center gap-3 rounded-lg bg-good-soft px-3 py-2 text-good">
      <Icon name="gift" />
      <Trans>Crédito na loja: {format.money(balance)}</Trans>
    </p>
  ))
}

/** And back to where this was; the place is read once, for it changes. */
function ToLogin() {
  const router = useRouter()
  const [de] = useState(() => router.state.location.href)
  return <Navigate to="/entrar" search={{ de }} replace />
}

interface TabProps {
  to: '/conta' | '/conta/desejos' | '/conta/enderecos' | '/conta/seguranca' | '/conta/dados'
  icon: IconName
  exact?: boolean
  children: ReactNode
}

function Tab({ to, icon, exact = false, children }: TabProps) {
  return (
    <li>
      <Link
        to={to}
        activeOptions={{ exact }}
        className={tab}
        activeProps={{ className: 'bg-brand-soft! font-semibold text-brand!' }}
      >
        <Icon name={icon} />
        {children}
      </Link>
    </li>
  )
}
