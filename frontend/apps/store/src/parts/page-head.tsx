import type { ReactNode } from 'react'

/** A narrow page: a form or a text. */
export function Narrow({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="page max-w-xl! pt-10">
      <h1 className="mb-6 text-3xl font-bold">{title}</h1>
      {children}
    </div>
  )
}
