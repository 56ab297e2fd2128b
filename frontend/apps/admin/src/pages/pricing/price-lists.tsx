import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { buttonClass, EmptyState, Icon } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Page } from '../../frame/page'
import { DataTable } from '../../table/data-table'
import type { Column } from '../../table/types'
import type { PriceList } from './data'
import { periodText, StandingBadge } from './parts'

const route = getRouteApi('/shell/listas-de-precos')

export function PriceListsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery({
    queryKey: ['price-lists', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/price-lists', {
          signal,
          params: { query: { limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const name = (one: PriceList) => (
    <Link to="/listas-de-precos/$id" params={{ id: one.id }} className="link font-semibold">
      {one.name}
    </Link>
  )
  const columns: Column<PriceList>[] = [
    { id: 'name', header: t`Nome`, fixed: true, cell: name },
    { id: 'code', header: t`Código`, width: 10, cell: ({ code }) => <code>{code}</code> },
    { id: 'currency', header: t`Moeda`, width: 6, cell: ({ currency }) => currency },
    {
      id: 'priority',
      header: t`Prioridade`,
      width: 8,
      end: true,
      cell: ({ priority }) => format.number(priority),
    },
    { id: 'state', header: t`Situação`, width: 9, cell: (one) => <StandingBadge of={one} /> },
    { id: 'period', header: t`Validade`, width: 17, cell: (one) => periodText(one, format) },
  ]
  return (
    <Page
      title={t`Listas de preços`}
      fill
      actions={
        <Link to="/listas-de-precos/nova" className={buttonClass('primary', 'small')}>
          <Icon name="plus" />
          <Trans>Nova lista</Trans>
        </Link>
      }
    >
      <DataTable
        page="price-lists"
        label={t`Listas de preços`}
        columns={columns}
        query={query}
        rowId={({ id }) => String(id)}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
        empty={
          <EmptyState title={<Trans>Nenhuma lista ainda</Trans>}>
            <Trans>Preços em outra moeda, por um tempo, ou para quem leva mais.</Trans>
          </EmptyState>
        }
        card={(one) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {name(one)}
              <StandingBadge of={one} />
            </div>
            <p className="mt-1 flex justify-between gap-3 text-sm text-muted">
              <code>{one.code}</code>
              <span>{one.currency}</span>
            </p>
          </>
        )}
      />
    </Page>
  )
}
