import type { ReactNode } from 'react'

interface StepProps {
  number: number
  title: ReactNode
  children: ReactNode
}

/** A part of the checkout; all of them are on one page. */
export function Step({ number, title, children }: StepProps) {
  return (
    <section className="card p-5 sm:p-6" aria-labelledby={`passo-${number}`}>
      <h2 id={`passo-${number}`} className="mb-4 flex items-center gap-3 text-lg font-semibold">
        <span
          aria-hidden="true"
          className="grid size-8 place-items-center rounded-full bg-brand text-base text-on-brand"
        >
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  )
}
