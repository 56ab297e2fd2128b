// Sales of a span by period and by what they are grouped by, as a drawing, a
// table and a file.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Download, EmptyState, useScopes } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { dayName, periodName } from '../../charts/days'
import { SeriesChart } from '../../charts/series-chart'
import { moneyTick } from '../../charts/ticks'
import { Page } from '../../frame/page'
import { PlaceLink } from '../../parts/place-link'
import { kpis, sales, series, type SalesQuery } from '../../reports'
import { DataTable } from '../../table/data-table'
import { SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { regionName } from './regions'
import type { ReportsSearch } from './search'

type Row = Schemas['Sales']

const route = getRouteApi('/shell/relatorios')

export function ReportsPage() {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: ReportsSearch) => void navigate({ search: next })
  const { por = 'day', grupo } = search

  const span = { from: search.de, to: search.ate, currency: search.moeda }
  const wrong = search.de && search.ate && search.de > search.ate
  const asked: SalesQuery = { ...span, granularity: por, group_by: grupo }
  const query = useInfiniteQuery({ ...sales(asked), enabled: !wrong })
  const { data: figures } = useQuery({ ...kpis(span), enabled: !wrong })
  const columns = useColumns(grupo, por)

  return (
    <Page
      title={t`Relatórios`}
      fill
      note={
        figures &&
        !wrong && (
          <>
            {dayName(i18n.locale, figures.from)} – {dayName(i18n.locale, figures.to)}
            {' · '}
            {plural(figures.orders.value, { one: '# pedido', other: '# pedidos' })}
            {figures.revenue.value && (
              <>
                {' · '}
                <strong className="font-semibold text-ink">{format.money(figures.revenue.value)}</strong>
              </>
            )}
          </>
        )
      }
      actions={<SaveReport query={asked} disabled={!!wrong} />}
    >
      {wrong && (
        <div className="mb-3">
          <Alert tone="warn">
            <Trans>O primeiro dia vem depois do último.</Trans>
          </Alert>
        </div>
      )}
      {!grupo && por !== 'total' && !wrong && <Drawing query={asked} />}
      <DataTable<Row, ReportsSearch>
        page="reports"
        label={t`Vendas`}
        columns={columns}
        query={query}
        rowId={({ period, key }) => `${period}/${key ?? ''}`}
        search={search}
        onSearch={onSearch}
        card={(row) => <Card row={row} grupo={grupo} por={por} />}
        filters={
          <Filters
            search={search}
            onSearch={onSearch}
            from={figures?.from}
            to={figures?.to}
            currencies={figures?.currencies ?? []}
          />
        }
        empty={
          <EmptyState icon="bag" title={<Trans>Nenhuma venda neste período</Trans>}>
            <Trans>Escolha outros dias.</Trans>
          </EmptyState>
        }
      />
    </Page>
  )
}

interface FiltersProps {
  search: ReportsSearch
  onSearch: (search: ReportsSearch) => void
  /** What is shown, if the address does not say. */
  from: string | undefined
  to: string | undefined
  currencies: readonly string[]
}

function Filters({ search, onSearch, from, to, currencies }: FiltersProps) {
  const { t } = useLingui()
  return (
    <>
      <Days label={t`Do dia`} value={search.de ?? from} onChange={(de) => onSearch({ ...search, de, ate: search.ate ?? to })} />
      <Days label={t`Até o dia`} value={search.ate ?? to} onChange={(ate) => onSearch({ ...search, ate, de: search.de ?? from })} />
      <SelectFilter
        label={t`Período`}
        all={t`Por dia`}
        value={search.por === 'day' ? undefined : search.por}
        options={[
          ['week', t`Por semana`],
          ['month', t`Por mês`],
          ['total', t`Tudo junto`],
        ]}
        onChange={(por) => onSearch({ ...search, por })}
      />
      <SelectFilter
        label={t`Grupo`}
        all={t`Todas as vendas`}
        value={search.grupo}
        options={[
          ['product', t`Por produto`],
          ['category', t`Por categoria`],
          ['customer', t`Por cliente`],
          ['region', t`Por região`],
        ]}
        onChange={(grupo) => onSearch({ ...search, grupo, por: grupo ? 'total' : undefined })}
      />
      {currencies.length > 1 && (
        <SelectFilter
          label={t`Moeda`}
          all={t`Moeda da loja`}
          value={search.moeda}
          options={currencies.map((code) => [code, code] as const)}
          onChange={(moeda) => onSearch({ ...search, moeda })}
        />
      )}
    </>
  )
}

/** A day, by the browser's own calendar; half typed ones are not asked for. */
function Days({ label, value, onChange }: { label: string; value: string | undefined; onChange: (day: string) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      {label}
      <input
        type="date"
        value={value ?? ''}
        min="2000-01-01"
        max="2100-12-31"
        onChange={(event) => event.target.validity.valid && event.target.value && onChange(event.target.value)}
        className="control w-36 text-ink"
      />
    </label>
  )
}

function Drawing({ query }: { query: SalesQuery }) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const { data } = useQuery(series(query))
  const points = useMemo(
    () => data?.data.map(({ period, net }) => ({ period, value: net.amount })),
    [data],
  )
  const currency = data?.data[0]?.net.currency
  if (!points || !currency || points.length < 2) return null
  const money = (amount: number) => format.money({ amount, currency })
  return (
    <SeriesChart
      className="mb-4 hidden shrink-0 [@media(min-height:50rem)]:flex"
      title={t`Faturamento`}
      points={points}
      granularity={query.granularity ?? 'day'}
      kind={query.granularity === 'day' ? 'line' : 'bars'}
      show={money}
      tick={(value) => moneyTick(i18n.locale, value, currency)}
    />
  )
}

type Group = ReportsSearch['grupo']
type Period = NonNullable<ReportsSearch['por']>

function useColumns(grupo: Group, por: Period): readonly Column<Row>[] {
  const { t, i18n } = useLingui()
  const format = useFormat()
  return useMemo(() => {
    const money = (id: keyof Row & ('net' | 'gross' | 'discount' | 'shipping' | 'tax' | 'tax_included' | 'total' | 'refunded' | 'canceled'), header: string, extra = false): Column<Row> => ({
      id,
      header,
      cell: (row) => format.money(row[id]),
      end: true,
      width: 9.5,
      extra,
    })
    const count = (id: 'orders' | 'pieces' | 'canceled_orders', header: string, extra = false): Column<Row> => ({
      id,
      header,
      cell: (row) => format.number(row[id]),
      end: true,
      width: 7,
      extra,
    })
    const headers = { product: t`Produto`, category: t`Categoria`, customer: t`Cliente`, region: t`Região` }
    return [
      ...(por === 'total' && grupo
        ? []
        : [{ id: 'period', header: t`Período`, cell: (row: Row) => periodName(i18n.locale, row.period, por), fixed: true, width: 8 }]),
      ...(grupo ? [{ id: 'key', header: headers[grupo], cell: (row: Row) => <Key row={row} grupo={grupo} />, fixed: true }] : []),
      count('orders', t`Pedidos`),
      count('pieces', t`Peças`),
      money('gross', t`Bruto`),
      money('discount', t`Descontos`),
      money('shipping', t`Frete`),
      money('tax', t`Impostos`, true),
      money('tax_included', t`Impostos incluídos`, true),
      money('total', t`Total`, true),
      money('refunded', t`Reembolsos`),
      money('net', t`Líquido`),
      count('canceled_orders', t`Cancelados`, true),
      money('canceled', t`Valor cancelado`, true),
    ]
  }, [t, i18n.locale, format, grupo, por])
}

/** What a row is of, leading to its page. */
function Key({ row: { key, name }, grupo }: { row: Row; grupo: NonNullable<Group> }) {
  const { t, i18n } = useLingui()
  if (key === null) {
    return (
      <span className="text-muted">
        {grupo === 'customer' ? t`Visitantes` : grupo === 'region' ? t`Sem região` : t`Sem categoria`}
      </span>
    )
  }
  switch (grupo) {
    case 'product':
      return (
        <PlaceLink to="/produtos/$id" params={{ id: key }}>
          {name ?? key}
        </PlaceLink>
      )
    case 'customer':
      return (
        <PlaceLink to="/clientes/$id" params={{ id: key }}>
          <CustomerName id={key} />
        </PlaceLink>
      )
    case 'region':
      return regionName(key, i18n.locale)
    case 'category':
      return name ?? key
  }
}

/** Analytics keeps no names of people: they are asked for where they may be. */
function CustomerName({ id }: { id: string }) {
  const scopes = useScopes()
  const { data } = useQuery({
    queryKey: ['customers', id, 'name'],
    queryFn: () => ok(api.GET('/api/v1/customers/{id}', { params: { path: { id } } })),
    enabled: scopes.has('customers:read'),
    staleTime: 5 * 60_000,
    retry: false,
  })
  return data?.name ?? id.slice(-12)
}

function Card({ row, grupo, por }: { row: Row; grupo: Group; por: Period }) {
  const { i18n } = useLingui()
  const format = useFormat()
  return (
    <div className="grid gap-1">
      <div className="flex justify-between gap-3">
        <span className="min-w-0 font-semibold wrap-anywhere">
          {grupo ? <Key row={row} grupo={grupo} /> : periodName(i18n.locale, row.period, por)}
        </span>
        <span className="money font-semibold">{format.money(row.net)}</span>
      </div>
      <p className="text-sm text-muted">
        {grupo && por !== 'total' && `${periodName(i18n.locale, row.period, por)} · `}
        {plural(row.orders, { one: '# pedido', other: '# pedidos' })}
        {' · '}
        {plural(row.pieces, { one: '# peça', other: '# peças' })}
      </p>
    </div>
  )
}

/** The report as spreadsheets of the reader's country open it: with what that
 * country writes before cents, and a mark that it is UTF-8. */
function SaveReport({ query, disabled }: { query: SalesQuery; disabled: boolean }) {
  const { t, i18n } = useLingui()
  const portuguese = i18n.locale === 'pt-BR'
  const report = async () => {
    const text = await ok(
      api.GET('/api/v1/analytics/sales.csv', {
        params: { query: { ...query, separator: portuguese ? ';' : ',', decimal: portuguese ? ',' : '.' } },
        parseAs: 'text',
      }),
    )
    return new Blob(['\ufeff', text], { type: 'text/csv' })
  }
  return (
    <Download
      of={report}
      name={() => `${t`vendas`}-${query.group_by ?? query.granularity ?? 'day'}.csv`}
      disabled={disabled}
    >
      <Trans>Baixar CSV</Trans>
    </Download>
  )
}
