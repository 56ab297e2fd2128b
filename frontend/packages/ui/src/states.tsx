// What a place shows while it has nothing to show: it loads, it is empty,
// something went wrong.

import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Again } from './again'
import { Icon, type IconName } from './icon'
import { problemText } from './problem'
import { Offline } from '@commerce/api'

export function Skeleton({ className = '' }: { className?: string }) {
  return (
    <div aria-hidden="true" aria-busy="true" className={`animate-pulse rounded-lg bg-sunken ${className}`} />
  )
}

/** For what has no shape yet; where it has one, skeletons keep its place. */
export function Loading() {
  return (
    <div role="status" className="grid min-h-64 place-items-center">
      <span className="size-9 animate-spin rounded-full border-4 border-line border-t-brand" />
      <span className="sr-only">
        <Trans>Carregando…</Trans>
      </span>
    </div>
  )
}

interface EmptyProps {
  /** It is all of the page, so its title is the page's. */
  page?: boolean
  icon?: IconName
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ icon = 'box', title, children, action, page = false }: EmptyProps) {
  const Title = page ? 'h1' : 'h2'
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-16 text-center">
      <span className="grid size-16 place-items-center rounded-full bg-brand-soft text-brand">
        <Icon name={icon} className="size-8" />
      </span>
      <Title className="text-xl font-bold">{title}</Title>
      {children && <div className="text-balance text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}

interface ErrorProps {
  error: unknown
  /** Settles when it is known what became of it. */
  retry?: () => unknown
  /** It is all of the page. */
  page?: boolean
}

export function ErrorState({ error, retry, page = false }: ErrorProps) {
  return (
    <div role="alert">
      <EmptyState
        page={page}
        icon={error instanceof Offline ? 'offline' : 'alert'}
        title={
          error instanceof Offline ? (
            <Trans>Você está sem conexão</Trans>
          ) : (
            <Trans>Isto não carregou</Trans>
          )
        }
        action={
          retry && <Again ask={retry} />
        }
      >
        {problemText(error)}
      </EmptyState>
    </div>
  )
}

type AlertTone = 'good' | 'warn' | 'bad' | 'info'

const alerts: Record<AlertTone, { look: string; icon: IconName }> = {
  good: { look: 'bg-good-soft text-good', icon: 'check' },
  warn: { look: 'bg-warn-soft text-warn', icon: 'alert' },
  bad: { look: 'bg-bad-soft text-bad', icon: 'alert' },
  info: { look: 'bg-brand-soft text-brand', icon: 'info' },
}

/** A message that stays in the page; those that matter now are announced. */
export function Alert({ tone, children }: { tone: AlertTone; children: ReactNode }) {
  const { look, icon } = alerts[tone]
  return (
    <div
      role={tone === 'bad' || tone === 'warn' ? 'alert' : 'status'}
      className={`flex items-start gap-3 rounded-xl px-4 py-3 ${look}`}
    >
      <Icon name={icon} className="mt-0.5 size-5" />
      <div className="grow [overflow-wrap:anywhere]">{children}</div>
    </div>
  )
}
