// The shapes that pages are made of.

import type { ReactNode } from 'react'

interface CardProps {
  title: ReactNode
  action?: ReactNode
  children: ReactNode
}

export function Card({ title, action, children }: CardProps) {
  return (
    <section className="card min-w-0 p-4 sm:p-5">
      <div className="mb-3 flex min-h-9 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 className="text-base font-semibold">{title}</h2>
        {action}
      </div>
      <div className="grid gap-4">{children}</div>
    </section>
  )
}

/** Names and what belongs to them; what is empty is left out. */
export function Facts({ of }: { of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(5.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 sm:gap-x-6">
      {of
        .filter(
          ([, value]) => value !== null && value !== undefined && value !== '' && value !== false,
        )
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="max-w-36 pt-0.5 text-sm text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  )
}
