import { useFormat } from '@commerce/i18n'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { PlaceLink } from '../../parts/place-link'
import { topProducts, type Span } from '../../reports'
import { Panel } from './panel'

/** What brought most, as long as the bar below it. */
export function Best({ span }: { span: Span | undefined }) {
  const { t } = useLingui()
  const format = useFormat()
  const query = useQuery({ ...topProducts(span ?? {}), enabled: span !== undefined })
  const rows = query.data?.data ?? []
  const most = Math.max(1, ...rows.map(({ net }) => net.amount))
  return (
    <Panel
      title={t`Mais vendidos`}
      query={query}
      more={
        <PlaceLink to="/relatorios" search={{ grupo: 'product', por: 'total' }}>
          <Trans>Todos</Trans>
        </PlaceLink>
      }
    >
      {rows.length === 0 && (
        <p className="py-6 text-center text-muted">
          <Trans>Nenhuma venda neste período.</Trans>
        </p>
      )}
      <ol className="grid gap-2.5 *:min-w-0">
        {rows.map(({ product_id, name, pieces, net }) => (
          <li key={product_id}>
            <div className="flex items-baseline justify-between gap-3">
              <PlaceLink
                to="/produtos/$id"
                params={{ id: String(product_id) }}
                className="min-w-0 truncate link"
              >
                {name ?? t`Produto ${product_id}`}
              </PlaceLink>
              <span className="money text-sm">
                <span className="text-muted">{plural(pieces, { one: '# peça', other: '# peças' })} · </span>
                {format.money(net)}
              </span>
            </div>
            <svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none" className="mt-1 h-1.5 w-full rounded-full bg-sunken">
              <rect width={(100 * Math.max(0, net.amount)) / most} height="1" className="fill-brand" />
            </svg>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
