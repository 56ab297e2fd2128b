import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { buttonClass, EmptyState, Icon, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Page } from '../../frame/page'
import { Export, exports } from '../../parts/export'
import { DataTable } from '../../table/data-table'
import type { Column } from '../../table/types'
import { ended, type ImportListed } from './data'
import { ImportBadge } from './result'

const route = getRouteApi('/shell/importacoes')

export function ImportsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery({
    queryKey: ['imports', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/imports', {
          signal,
          params: { query: { limit: 50, count: 'estimated', cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => !data.every(ended)) ? 2000 : 15_000,
  })
  const name = (one: ImportListed) => (
    <Link to="/importacoes/$id" params={{ id: one.id }} className="link font-semibold">
      {one.filename ?? t`Importação`}
    </Link>
  )
  const count = (id: 'rows' | 'created' | 'updated' | 'unchanged' | 'refused', header: string) => ({
    id,
    header,
    width: 7,
    end: true,
    cell: (one: ImportListed) => (
      <span className={id === 'refused' && one.refused > 0 ? 'font-semibold text-bad' : ''}>
        {format.number(one[id])}
      </span>
    ),
  })
  const columns: Column<ImportListed>[] = [
    { id: 'file', header: t`Arquivo`, fixed: true, cell: name },
    { id: 'status', header: t`Situação`, width: 10, cell: (one) => <ImportBadge of={one} /> },
    count('rows', t`Linhas`),
    count('created', t`Criados`),
    count('updated', t`Mudados`),
    count('unchanged', t`Iguais`),
    count('refused', t`Recusadas`),
    {
      id: 'at',
      header: t`Recebido em`,
      width: 12,
      cell: (one) => one.created_at && format.stamp(one.created_at),
    },
  ]
  return (
    <Page
      title={t`Importar e exportar`}
      fill
      actions={
        <>
          {scopes.has('catalog:write') && (
            <Export name={t`produtos`} of={exports.products}>
              <Trans>Exportar produtos</Trans>
            </Export>
          )}
          <Link to="/importacoes/nova" className={buttonClass('primary', 'small')}>
            <Icon name="plus" />
            <Trans>Importar um arquivo</Trans>
          </Link>
        </>
      }
    >
      <DataTable
        page="imports"
        label={t`Importações`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
        empty={
          <EmptyState title={<Trans>Nada foi importado ainda</Trans>}>
            <Trans>Uma planilha de produtos em CSV, com preços e estoque, basta.</Trans>
          </EmptyState>
        }
        card={(one) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {name(one)}
              <ImportBadge of={one} />
            </div>
            <p className="mt-1 text-sm text-muted">
              <Trans>
                {format.number(one.created)} criados, {format.number(one.updated)} mudados,{' '}
                {format.number(one.refused)} recusadas
              </Trans>
            </p>
            {one.created_at && (
              <p className="text-sm text-muted">{format.dateTime(one.created_at)}</p>
            )}
          </>
        )}
      />
    </Page>
  )
}
