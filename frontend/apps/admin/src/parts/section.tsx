import type { ReactNode } from 'react'

/** A part of a page with a title of its own. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="card grid min-w-0 content-start gap-4 p-4 sm:p-5">
      <h2 className="text-base font-bold">{title}</h2>
      {children}
    </section>
  )
}
