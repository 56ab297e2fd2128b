// Carts that somebody filled and left: what might have been sold.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, EmptyState } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { AbandonedSearch } from '../../areas/sales'
import { usePersonName } from '../../data/people'
import { Page } from '../../frame/page'
import { DataTable } from '../../table/data-table'
import { SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'

type Cart = Schemas['AbandonedCart']

const route = getRouteApi('/shell/sacolas-abandonadas')

export function AbandonedPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: AbandonedSearch) => void navigate({ search: next, replace: true })
  const { dias } = search
  const query = useInfiniteQuery({
    queryKey: ['carts', 'abandoned', dias ?? null],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/carts/abandoned', {
          signal,
          params: { query: { hours: dias && Number(dias) * 24, limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const value = (one: Cart) => one.value && <span className="money">{format.money(one.value)}</span>
  const goods = (one: Cart) => plural(one.lines, { one: '# produto', other: '# produtos' })
  const columns: Column<Cart>[] = [
    { id: 'since', header: t`Parada desde`, width: 9.5, fixed: true, cell: (one) => format.stamp(one.updated_at) },
    { id: 'who', header: t`De quem`, fixed: true, cell: (one) => <Owner id={one.customer_id} /> },
    { id: 'lines', header: t`Produtos`, width: 7, end: true, cell: (one) => format.number(one.lines) },
    { id: 'units', header: t`Unidades`, width: 7, end: true, cell: (one) => format.number(one.quantity) },
    { id: 'value', header: t`Valor`, width: 9, end: true, cell: value },
    { id: 'coupons', header: t`Cupons`, width: 10, cell: (one) => one.coupons.join(', ') },
    { id: 'begun', header: t`Começada em`, width: 9.5, extra: true, cell: (one) => format.stamp(one.created_at) },
  ]
  return (
    <Page
      title={t`Sacolas abandonadas`}
      note={t`Sacolas com produtos em que ninguém mexe há algum tempo.`}
      fill
    >
      <DataTable
        page="abandoned-carts"
        label={t`Sacolas abandonadas`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={dias !== undefined}
        empty={
          <EmptyState icon="bag" title={<Trans>Nenhuma sacola abandonada</Trans>}>
            <Trans>Sacolas que ficam paradas com produtos dentro aparecem aqui.</Trans>
          </EmptyState>
        }
        filters={
          <SelectFilter
            label={t`Parada há`}
            all={t`Como a loja define`}
            value={dias}
            options={[
              ['1', t`Mais de 1 dia`],
              ['3', t`Mais de 3 dias`],
              ['7', t`Mais de 7 dias`],
              ['30', t`Mais de 30 dias`],
            ]}
            onChange={(next) => onSearch({ ...search, dias: next })}
          />
        }
        card={(one) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              <Owner id={one.customer_id} />
              <span className="font-semibold">{value(one)}</span>
            </div>
            <p className="flex justify-between gap-3 text-sm text-muted">
              {goods(one)}
              <span>{format.dateTime(one.updated_at)}</span>
            </p>
            {one.coupons.length > 0 && (
              <p className="mt-1 flex flex-wrap gap-1">
                {one.coupons.map((code) => (
                  <Badge key={code}>{code}</Badge>
                ))}
              </p>
            )}
          </>
        )}
      />
    </Page>
  )
}

function Owner({ id }: { id: string | null }) {
  const name = usePersonName(id)
  if (!id) {
    return (
      <span className="text-muted">
        <Trans>Visitante</Trans>
      </span>
    )
  }
  return (
    <Link to="/clientes/$id" params={{ id }} className="link font-semibold">
      {name ?? <Trans>Ver o cliente</Trans>}
    </Link>
  )
}
