// What stands around every page: where one can go, who one is, and whatever
// speaks up by itself (the network, short messages, questions).

import { session } from '@commerce/api'
import { activate, currentLocale, locales, type Locale } from '@commerce/i18n'
import {
  Button,
  EmptyState,
  Icon,
  IconButton,
  Logo,
  OfflineNotice,
  SessionUnknown,
  ThemeButton,
  ToastRegion,
  useScopes,
  useTitle,
  useUser,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Navigate, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { ConfirmHost } from './confirm'
import { Drawer, Navigation } from './navigation'

export function Shell() {
  const { i18n } = useLingui()
  const user = useUser()
  const scopes = useScopes()
  if (user === undefined) {
    return (
      <main className="grid min-h-dvh place-content-center">
        <SessionUnknown />
      </main>
    )
  }
  if (user === null) return <ToLogin />
  if (![...scopes].some((scope) => scope !== 'shop')) return <NotStaff email={user.email} />
  return (
    <I18nProvider locale={i18n.locale}>
      <Frame name={user.name} email={user.email} />
    </I18nProvider>
  )
}

/** And back to where this was; the place is read once, for it changes. */
function ToLogin() {
  const router = useRouter()
  const [de] = useState(() => router.state.location.href.replace(/^\/admin/, '') || '/')
  return <Navigate to="/entrar" search={{ de: de === '/' ? undefined : de }} replace />
}

function NotStaff({ email }: { email: string }) {
  const { t } = useLingui()
  useTitle(t`Sem acesso`, t`Administração`)
  return (
    <main className="grid min-h-dvh place-content-center">
      <EmptyState
        page
        icon="lock"
        title={<Trans>Esta conta é de cliente</Trans>}
        action={
          <div className="flex flex-wrap justify-center gap-3">
            <Button onClick={() => void session.logout()}>
              <Trans>Entrar com outra conta</Trans>
            </Button>
            <a href="/" className="inline-flex min-h-11 items-center px-4 link">
              <Trans>Ir para a loja</Trans>
            </a>
          </div>
        }
      >
        <Trans>
          {email} não tem acesso à administração. Quem cuida das contas pode dar um papel da equipe
          a ela.
        </Trans>
      </EmptyState>
    </main>
  )
}

function Frame({ name, email }: { name: string; email: string }) {
  const { t } = useLingui()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  const [drawer, setDrawer] = useState(false)

  // A new page is a new document for those who hear it: the focus goes there.
  useEffect(() => {
    if (first.current) first.current = false
    else {
      setDrawer(false)
      main.current?.focus({ preventScroll: true })
    }
  }, [path])

  return (
    <div className="grid h-dvh grid-rows-[auto_auto_minmax(0,1fr)] lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#conteudo"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
        className="sr-only z-50 rounded-lg bg-surface px-4 py-2 font-semibold text-ink focus:not-sr-only focus:absolute focus:m-2"
      >
        <Trans>Ir para o conteúdo</Trans>
      </a>
      <aside className="hidden min-h-0 overflow-y-auto bg-deep text-on-deep [scrollbar-width:thin] lg:row-span-3 lg:block">
        <Brand />
        <Navigation />
      </aside>
      <div className="lg:col-start-2">
        <OfflineNotice />
      </div>
      <header className="flex min-h-13 items-center gap-1 border-b border-line bg-surface px-2 sm:px-4 lg:col-start-2">
        <IconButton
          icon="menu"
          label={t`Menu`}
          className="lg:hidden"
          onClick={() => setDrawer(true)}
        />
        <span className="flex items-center gap-2 text-lg font-extrabold lg:hidden">
          <Logo className="size-7" />
          Ipê
        </span>
        <span className="grow" />
        <a
          href="/"
          target="_blank"
          rel="noreferrer"
          className="hidden min-h-11 items-center gap-2 rounded-full px-3 text-sm text-muted no-underline hover:bg-sunken hover:text-ink sm:inline-flex"
        >
          <Trans>Ver a loja</Trans>
          <span className="sr-only">
            <Trans>(em outra aba)</Trans>
          </span>
        </a>
        <LanguageButton />
        <ThemeButton />
        <Account name={name} email={email} />
      </header>
      <main
        id="conteudo"
        ref={main}
        tabIndex={-1}
        className="min-h-0 min-w-0 overflow-auto outline-none lg:col-start-2"
      >
        <Outlet />
      </main>
      <Drawer open={drawer} onClose={() => setDrawer(false)} />
      <ToastRegion />
      <ConfirmHost />
    </div>
  )
}

function Brand() {
  return (
    <p className="flex min-h-13 items-center gap-2.5 px-4 text-xl font-extrabold tracking-tight">
      <Logo className="size-8" />
      Ipê
      <span className="mt-1 text-xs font-medium tracking-normal text-on-deep-muted">
        <Trans>Administração</Trans>
      </span>
    </p>
  )
}

/** The other language, by its own name. */
function LanguageButton() {
  const other: Locale = currentLocale() === 'en' ? 'pt-BR' : 'en'
  return (
    <button
      type="button"
      lang={other}
      onClick={() => void activate(other)}
      className="inline-grid min-h-11 place-items-center rounded-full px-3 text-sm text-muted hover:bg-sunken hover:text-ink"
    >
      {locales[other]}
    </button>
  )
}

function Account({ name, email }: { name: string; email: string }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const leave = async () => {
    await session.logout()
    queries.clear()
  }
  return (
    <div className="flex items-center gap-1 border-l border-line pl-2">
      <span className="hidden items-center gap-2 px-1 text-sm md:flex" title={email}>
        <Icon name="user" className="size-5 text-muted" />
        <span className="max-w-40 truncate">{name}</span>
      </span>
      <IconButton icon="out" label={t`Sair`} onClick={() => void leave()} />
    </div>
  )
}
