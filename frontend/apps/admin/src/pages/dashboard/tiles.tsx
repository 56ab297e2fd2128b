import { useFormat } from '@commerce/i18n'
import { ErrorState, Icon, Skeleton } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { change, daysBetween } from '../../charts/days'
import { kpis, type Span } from '../../reports'

interface Figure {
  label: string
  value: number | undefined
  before: number | undefined
  show: (value: number) => string
  /** More of it is worse. */
  bad?: boolean
}

/** The figures of the span, each with the one before and what it changed by. */
export function Tiles({ span }: { span: Span | undefined }) {
  const { t } = useLingui()
  const format = useFormat()
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...kpis(span),
    enabled: span !== undefined,
  })
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!data) {
    return (
      <div aria-busy="true" className={grid}>
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-30" />
        ))}
      </div>
    )
  }
  const { currency } = data
  const money = (amount: number) => format.money({ amount, currency })
  const figures: Figure[] = [
    { label: t`Faturamento`, value: data.revenue.value?.amount, before: data.revenue.previous?.amount, show: money },
    { label: t`Pedidos`, value: data.orders.value, before: data.orders.previous, show: format.number },
    {
      label: t`Valor médio`,
      value: data.average_order.value?.amount,
      before: data.average_order.previous?.amount,
      show: money,
    },
    { label: t`Peças vendidas`, value: data.units.value, before: data.units.previous, show: format.number },
    { label: t`Clientes novos`, value: data.new_customers.value, before: data.new_customers.previous, show: format.number },
    { label: t`Reembolsos`, value: data.refunds.value?.amount, before: data.refunds.previous?.amount, show: money, bad: true },
  ]
  const days = daysBetween(data.from, data.to)
  return (
    <dl
      aria-label={t`Últimos ${days} dias, comparados com os ${days} dias antes`}
      className={`${grid} transition-opacity ${isPlaceholderData ? 'opacity-60' : ''}`}
    >
      {figures.map((figure) => (
        <Tile key={figure.label} {...figure} />
      ))}
    </dl>
  )
}

const grid = 'grid grid-cols-2 gap-3 md:grid-cols-3 2xl:grid-cols-6'

function Tile({ label, value, before, show, bad = false }: Figure) {
  const { t } = useLingui()
  return (
    <div className="card flex min-w-0 flex-col gap-1 p-4">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="text-xl font-bold tracking-tight sm:text-2xl">
        {value === undefined ? '–' : show(value)}
      </dd>
      <dd className="mt-auto flex flex-wrap items-center gap-x-2 text-sm text-muted">
        {value !== undefined && before !== undefined && (
          <Change by={change(value, before)} bad={bad} />
        )}
        <span>{before === undefined ? t`nada antes` : t`antes ${show(before)}`}</span>
      </dd>
    </div>
  )
}

function Change({ by, bad }: { by: number | null; bad: boolean }) {
  const { t } = useLingui()
  const format = useFormat()
  if (by === null || Math.abs(by) < 0.0005) return null
  const more = by > 0
  const percent = format.percent(Math.abs(by))
  return (
    <span className={`inline-flex items-center gap-0.5 font-semibold ${more === bad ? 'text-bad' : 'text-good'}`}>
      <Icon name={more ? 'up' : 'down'} className="size-3.5" />
      <span className="sr-only">{more ? t`mais` : t`menos`} </span>
      {percent}
    </span>
  )
}
