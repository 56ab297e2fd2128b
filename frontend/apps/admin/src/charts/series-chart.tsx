// A series of periods as a figure: the drawing, what it says in one line, and
// the numbers as a table for whoever wants or needs them.

import { Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { lazy, Suspense, useId, useMemo, useState } from 'react'
import { periodName, type Granularity } from './days'

const Plot = lazy(() => import('./plot'))

export interface Point {
  period: string
  value: number
  /** The same place of the span before. */
  before?: number | undefined
}

interface SeriesChartProps {
  title: string
  points: readonly Point[]
  granularity: Granularity
  kind: 'line' | 'bars'
  /** A value in full, and short for the axis. */
  show: (value: number) => string
  tick: (value: number) => string
  /** The line below the title. */
  summary?: string | undefined
  className?: string
}

export function SeriesChart({ title, points, granularity, kind, show, tick, summary, className = '' }: SeriesChartProps) {
  const { t, i18n } = useLingui()
  const id = useId()
  const [at, setAt] = useState<number | null>(null)
  const compared = points.some(({ before }) => before !== undefined)
  const [names, values, before] = useMemo(
    () => [
      points.map(({ period }) => periodName(i18n.locale, period, granularity)),
      points.map(({ value }) => value),
      compared ? points.map(({ before = 0 }) => before) : undefined,
    ],
    [points, granularity, compared, i18n.locale],
  )
  const point = at === null ? undefined : points[at]
  const past = point?.before
  return (
    <figure aria-labelledby={id} className={`card flex min-w-0 flex-col p-4 ${className}`}>
      <figcaption id={id} className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="text-base font-semibold">{title}</span>
        <span className="text-sm text-muted">
          {point && at !== null
            ? past === undefined
              ? `${names[at]}: ${show(point.value)}`
              : t`${names[at] ?? ''}: ${show(point.value)} · antes ${show(past)}`
            : summary}
        </span>
      </figcaption>
      <div aria-hidden="true" className="h-56">
        <Suspense fallback={<Skeleton className="size-full" />}>
          <Plot names={names} values={values} before={before} kind={kind} tick={tick} onPoint={setAt} />
        </Suspense>
      </div>
      {compared && (
        <p aria-hidden="true" className="mt-1 flex gap-4 text-xs text-muted">
          <span className="flex items-center gap-1.5">
            <span className="h-0.5 w-5 bg-brand" />
            <Trans>este período</Trans>
          </span>
          <span className="flex items-center gap-1.5">
            <span className="w-5 border-t-2 border-dashed border-edge" />
            <Trans>o período antes</Trans>
          </span>
        </p>
      )}
      <details className="mt-2 text-sm">
        <summary className="inline-flex min-h-6 items-center rounded text-brand">
          <Trans>Ver os números</Trans>
        </summary>
        <div tabIndex={0} role="region" aria-label={t`Números de ${title}`} className="mt-2 max-h-72 overflow-auto">
          <table className="w-full">
            <thead>
              <tr className="text-left text-muted">
                <th scope="col" className="py-1 font-semibold">{t`Período`}</th>
                <th scope="col" className="py-1 text-right font-semibold">{title}</th>
                {compared && <th scope="col" className="py-1 pl-3 text-right font-semibold">{t`Antes`}</th>}
              </tr>
            </thead>
            <tbody>
              {points.map(({ period, value, before: was }, index) => (
                <tr key={period} className="border-t border-line">
                  <th scope="row" className="py-1 text-left font-normal">{names[index]}</th>
                  <td className="py-1 money text-right">{show(value)}</td>
                  {compared && <td className="py-1 pl-3 money text-right">{was === undefined ? '–' : show(was)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
