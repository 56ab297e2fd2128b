// The head of a page: where it stands, what it is, what can be done.

import { Icon, useTitle } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export interface Crumb {
  to: string
  label: string
}

interface PageProps {
  title: string
  /** What is above it, from the outside in. */
  crumbs?: readonly Crumb[]
  /** Beside the title, such as a status. */
  mark?: ReactNode
  /** Below the title: a line about the page. */
  note?: ReactNode
  actions?: ReactNode
  /** As high as the window: what is in it scrolls by itself, as tables do. */
  fill?: boolean
  /** At most so wide as a form reads well. */
  narrow?: boolean
  children: ReactNode
}

export function Page({ title, crumbs, mark, note, actions, fill, narrow, children }: PageProps) {
  const { t } = useLingui()
  useTitle(title, t`Administração · Ipê`)
  return (
    <div
      className={`px-4 pt-4 sm:px-6 ${fill ? 'flex h-full min-h-136 flex-col pb-3' : 'pb-16'} ${narrow ? 'max-w-4xl' : ''}`}
    >
      {crumbs && crumbs.length > 0 && (
        <nav aria-label={t`Você está em`} className="mb-1">
          <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
            {crumbs.map((crumb) => (
              <li key={crumb.to} className="flex items-center gap-1">
                <Link to={crumb.to} className="inline-flex min-h-6 items-center link">
                  {crumb.label}
                </Link>
                <Icon name="right" className="size-3.5" />
              </li>
            ))}
            <li aria-current="page" className="truncate">
              {title}
            </li>
          </ol>
        </nav>
      )}
      <div className="mb-4 flex shrink-0 min-h-10 flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xl font-bold">
            <span className="min-w-0 wrap-anywhere">{title}</span>
            {mark}
          </h1>
          {note && <p className="mt-0.5 text-sm text-muted">{note}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
