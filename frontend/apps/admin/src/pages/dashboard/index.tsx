// Where the day begins: how the shop sells, and what waits for somebody.

import { ErrorState, useScopes, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { addDays, dayName } from '../../charts/days'
import { SelectFilter } from '../../table/filters'
import { Page } from '../../frame/page'
import { kpis } from '../../reports'
import { Best } from './best'
import { Sales } from './sales'
import { Tiles } from './tiles'
import { LowStock, Waiting } from './waiting'

const route = getRouteApi('/shell/')

export function DashboardPage() {
  const { t } = useLingui()
  const scopes = useScopes()
  const name = useUser()?.name.split(' ')[0]
  const reports = scopes.has('reports:read')
  return (
    <Page
      title={name ? t`Olá, ${name}` : t`Início`}
      note={reports && <Days />}
      actions={reports && <Choices />}
    >
      <div className="grid gap-4">
        {reports && <Figures />}
        <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
          <Waiting />
          {reports && <BestOfSpan />}
          {scopes.has('stock:read') && <LowStock />}
        </div>
      </div>
    </Page>
  )
}

/** The last so many days of the shop's clock, which only the shop knows: null
 * when it does not say. */
function useSpan() {
  const { days = '30', currency } = route.useSearch()
  const { data: month, isLoadingError } = useQuery(kpis({ currency }))
  if (isLoadingError) return null
  if (days === '30') return { currency }
  return month && { from: addDays(month.to, 1 - Number(days)), to: month.to, currency }
}

/** Which days are shown, and which they are compared with. */
function Days() {
  const { i18n } = useLingui()
  const span = useSpan()
  const { data } = useQuery({ ...kpis(span ?? {}), enabled: !!span })
  if (!data) return <span className="inline-block min-h-5" />
  const name = (day: string) => dayName(i18n.locale, day)
  return (
    <Trans>
      {name(data.from)} a {name(data.to)}, ao lado de {name(data.previous_from)} a{' '}
      {name(data.previous_to)}
    </Trans>
  )
}

function Choices() {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data } = useQuery(kpis({ currency: search.currency }))
  const many = data && data.currencies.length > 1
  return (
    <>
      {many && (
        <SelectFilter
          label={t`Moeda`}
          all={t`Moeda da loja`}
          value={search.currency}
          options={data.currencies.map((code) => [code, code] as const)}
          onChange={(currency) => void navigate({ search: { ...search, currency } })}
        />
      )}
      <SelectFilter
        label={t`Período`}
        all={t`Últimos 30 dias`}
        value={search.days}
        options={[
          ['7', t`Últimos 7 dias`],
          ['14', t`Últimos 14 dias`],
          ['90', t`Últimos 90 dias`],
        ]}
        onChange={(days) => void navigate({ search: { ...search, days } })}
      />
    </>
  )
}

function Figures() {
  const { currency } = route.useSearch()
  const span = useSpan()
  // Looked at from the beginning: what begins to look when it failed asks again,
  // and that would be waiting once more.
  const { error, refetch } = useQuery(kpis({ currency }))
  return (
    <>
      <h2 className="sr-only">
        <Trans>Vendas</Trans>
      </h2>
      {span === null ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : (
        <>
          <Tiles span={span} />
          <Sales span={span} />
        </>
      )}
    </>
  )
}

function BestOfSpan() {
  const span = useSpan()
  return span !== null && <Best span={span} />
}
