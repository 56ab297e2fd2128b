import { useFormat } from '@commerce/i18n'
import { EmptyState, ErrorState, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { addDays, dayName, daysBetween } from '../../charts/days'
import { SeriesChart } from '../../charts/series-chart'
import { moneyTick, numberTick } from '../../charts/ticks'
import { kpis, series, type Span } from '../../reports'

/** What came in and how many orders, day by day; the days before, behind. */
export function Sales({ span }: { span: Span | undefined }) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const { data: figures, isLoadingError } = useQuery({ ...kpis(span), enabled: span !== undefined })
  const whole = figures && {
    from: figures.previous_from,
    to: figures.to,
    currency: figures.currency,
  }
  const { data, error, refetch } = useQuery({ ...series(whole ?? {}), enabled: !!whole })
  const points = useMemo(() => {
    if (!figures || !data) return undefined
    const rows = new Map(data.data.map((row) => [row.period, row]))
    return Array.from({ length: daysBetween(figures.from, figures.to) }, (_, index) => {
      const now = rows.get(addDays(figures.from, index))
      const before = rows.get(addDays(figures.previous_from, index))
      return {
        period: addDays(figures.from, index),
        net: now?.net.amount ?? 0,
        orders: now?.orders ?? 0,
        before: before?.net.amount ?? 0,
      }
    })
  }, [figures, data])
  const net = useMemo(
    () => points?.map(({ period, net, before }) => ({ period, value: net, before })),
    [points],
  )
  const orders = useMemo(
    () => points?.map(({ period, orders }) => ({ period, value: orders })),
    [points],
  )
  // The tiles say so.
  if (isLoadingError) return null
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!figures || !points || !net || !orders) {
    return (
      <div aria-busy="true" className={grid}>
        <Skeleton className="h-76 xl:col-span-2" />
        <Skeleton className="h-76" />
      </div>
    )
  }
  if (points.every(({ net, orders, before }) => net === 0 && orders === 0 && before === 0)) {
    return (
      <div className="card">
        <EmptyState icon="bag" title={<Trans>Nenhuma venda neste período</Trans>}>
          <Trans>Assim que alguém comprar, os números aparecem aqui.</Trans>
        </EmptyState>
      </div>
    )
  }
  const { currency } = figures
  const money = (amount: number) => format.money({ amount, currency })
  const best = points.reduce((most, point) => (point.net > most.net ? point : most))
  return (
    <div className={grid}>
      <SeriesChart
        className="xl:col-span-2"
        title={t`Faturamento por dia`}
        summary={t`Melhor dia: ${dayName(i18n.locale, best.period)}, ${money(best.net)}`}
        points={net}
        granularity="day"
        kind="line"
        show={money}
        tick={(value) => moneyTick(i18n.locale, value, currency)}
      />
      <SeriesChart
        title={t`Pedidos por dia`}
        summary={t`${format.number(figures.orders.value)} ao todo`}
        points={orders}
        granularity="day"
        kind="bars"
        show={format.number}
        tick={(value) => numberTick(i18n.locale, value)}
      />
    </div>
  )
}

const grid = 'grid gap-4 xl:grid-cols-3'
