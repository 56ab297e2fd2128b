import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, EmptyState, ErrorState, Loading, problemText, toast } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { locations } from '../../data/stock'
import { confirm } from '../../frame/confirm'
import { Page } from '../../frame/page'
import { useChanged } from '../../live'

type Difference = Schemas['StockDifference']

export function ConsistencyPage() {
  const { t } = useLingui()
  const changed = useChanged()
  const query = useQuery({
    queryKey: ['stock', 'consistency'],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/admin/stock/consistency', { signal, params: { query: { limit: 200 } } })),
  })
  const repair = useMutation({
    mutationFn: () => ok(api.POST('/api/v1/admin/stock/consistency')),
    onSuccess: async ({ repaired }) => {
      toast(plural(repaired, { one: '# nível acertado.', other: '# níveis acertados.' }))
      await changed(['stock'])
    },
  })
  const ask = async () => {
    const yes = await confirm({
      title: t`Acertar os níveis?`,
      text: t`Cada nível passa a ser a soma do seu razão, e o reservado o que os pedidos abertos seguram.`,
      action: t`Acertar`,
    })
    if (yes) repair.mutate()
  }
  const rows = query.data?.data

  return (
    <Page
      title={t`Conferência do estoque`}
      crumbs={[{ to: '/estoque', label: t`Estoque` }]}
      note={<Trans>Todo nível tem de ser a soma dos seus movimentos, e todo reservado a soma dos pedidos abertos.</Trans>}
      actions={
        <Button size="small" look="secondary" busy={query.isFetching} onClick={() => void query.refetch()}>
          <Trans>Conferir de novo</Trans>
        </Button>
      }
    >
      {repair.error && <Alert tone="bad">{problemText(repair.error)}</Alert>}
      {repair.data && repair.data.left > 0 && (
        <Alert tone="warn">
          {plural(repair.data.left, {
            one: '# nível ficou para uma pessoa ver: os pedidos abertos seguram mais do que o razão conhece.',
            other: '# níveis ficaram para uma pessoa ver: os pedidos abertos seguram mais do que o razão conhece.',
          })}
        </Alert>
      )}
      {query.error && !rows ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : !rows ? (
        <Loading />
      ) : rows.length === 0 ? (
        <div className="card">
          <EmptyState icon="check" title={<Trans>Tudo confere</Trans>}>
            <Trans>Os níveis são a soma do razão, e o reservado é o dos pedidos abertos.</Trans>
          </EmptyState>
        </div>
      ) : (
        <div className="grid gap-4">
          <Differences rows={rows} more={query.data?.page.has_more ?? false} />
          <Button className="justify-self-end" busy={repair.isPending} onClick={() => void ask()}>
            <Trans>Acertar os níveis</Trans>
          </Button>
        </div>
      )}
    </Page>
  )
}

function Differences({ rows, more }: { rows: readonly Difference[]; more: boolean }) {
  const { t } = useLingui()
  const format = useFormat()
  const { data: places } = useQuery(locations)
  const heads = [t`Variante`, t`Local`, t`Nível`, t`Razão`, t`Reservado`, t`Pedidos abertos`]
  return (
    <div className="card overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th key={head} scope="col" className={`bg-sunken px-3 py-2 font-semibold ${index < 2 ? 'text-left' : 'text-right'}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.variant_id}-${row.location_id}`} className="border-t border-line">
              <td className="px-3 py-2">
                <Link to="/estoque" search={{ razao: `${row.variant_id}-${row.location_id}` }} className="link">
                  {row.variant_id}
                </Link>
              </td>
              <td className="px-3">{places?.find(({ id }) => id === row.location_id)?.name ?? row.location_id}</td>
              {[
                [row.on_hand, row.ledger],
                [row.ledger, row.on_hand],
                [row.reserved, row.held],
                [row.held, row.reserved],
              ].map(([value = 0, other], index) => (
                <td key={index} className={`px-3 text-right ${value === other ? '' : 'font-bold text-bad'}`}>
                  {format.number(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more && (
        <p className="border-t border-line px-3 py-2 text-sm text-muted">
          <Trans>Há mais do que estas.</Trans>
        </p>
      )}
    </div>
  )
}
