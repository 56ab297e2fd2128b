import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { buttonClass, EmptyState, Icon } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Page } from '../../frame/page'
import { DataTable } from '../../table/data-table'
import { SearchFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import type { Promotion } from './data'
import { periodText, promotionText, StandingBadge } from './parts'

const route = getRouteApi('/shell/promocoes')

export function PromotionsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  const { code } = search
  const query = useInfiniteQuery({
    queryKey: ['promotions', 'list', code ?? null],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/promotions', {
          signal,
          params: { query: { code, limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const name = (one: Promotion) => (
    <Link to="/promocoes/$id" params={{ id: one.id }} className="link font-semibold">
      {one.name}
    </Link>
  )
  const used = (one: Promotion) =>
    one.total_limit === null
      ? format.number(one.used)
      : t`${format.number(one.used)} de ${format.number(one.total_limit)}`
  const columns: Column<Promotion>[] = [
    { id: 'name', header: t`Nome`, fixed: true, cell: name },
    {
      id: 'code',
      header: t`Código`,
      width: 11,
      cell: (one) =>
        one.code ? <code>{one.code}</code> : <span className="text-muted">{t`para todos`}</span>,
    },
    { id: 'gives', header: t`O que dá`, width: 15, cell: (one) => promotionText(one, format) },
    { id: 'state', header: t`Situação`, width: 9, cell: (one) => <StandingBadge of={one} /> },
    { id: 'used', header: t`Usos`, width: 8, end: true, cell: used },
    { id: 'period', header: t`Validade`, width: 17, cell: (one) => periodText(one, format) },
  ]
  return (
    <Page
      title={t`Promoções e cupons`}
      fill
      actions={
        <Link to="/promocoes/nova" className={buttonClass('primary', 'small')}>
          <Icon name="plus" />
          <Trans>Nova promoção</Trans>
        </Link>
      }
    >
      <DataTable
        page="promotions"
        label={t`Promoções e cupons`}
        columns={columns}
        query={query}
        rowId={({ id }) => String(id)}
        search={search}
        onSearch={onSearch}
        filtered={code !== undefined}
        empty={
          <EmptyState title={<Trans>Nenhuma promoção ainda</Trans>}>
            <Trans>Um cupom com código, ou um desconto para todos.</Trans>
          </EmptyState>
        }
        filters={
          <SearchFilter
            label={t`Código do cupom`}
            value={code}
            onChange={(next) => onSearch({ ...search, code: next })}
          />
        }
        card={(one) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {name(one)}
              <StandingBadge of={one} />
            </div>
            <p className="text-sm">{promotionText(one, format)}</p>
            <p className="mt-1 flex justify-between gap-3 text-sm text-muted">
              <span>{one.code ? <code>{one.code}</code> : t`para todos`}</span>
              <span>
                <Trans>Usos: {used(one)}</Trans>
              </span>
            </p>
          </>
        )}
      />
    </Page>
  )
}
