import { Skeleton, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { levelKey, levelsOf, locations } from '../../data/stock'
import { QuickStock } from '../../parts/quick-stock'
import { Section } from '../../parts/section'

/** Stock is not part of the draft: each step is booked at once. */
export function ProductLevels({ id }: { id: number }) {
  const { t } = useLingui()
  const may = useScopes().has('stock:read')
  const { data } = useQuery({ ...levelsOf([id]), enabled: may })
  const { data: places } = useQuery({ ...locations, enabled: may })
  if (!may) return null
  return (
    <Section title={t`Estoque`}>
      {!data ? (
        <Skeleton className="h-24" />
      ) : data.length === 0 ? (
        <p className="text-sm text-muted">
          <Trans>Ainda sem estoque.</Trans>
        </p>
      ) : (
        <ul className="grid max-h-96 grid-cols-[minmax(0,1fr)] gap-1 overflow-y-auto">
          {data.map((level) => (
            <li key={levelKey(level)} className="flex items-center justify-between gap-3 border-b border-line py-1.5 text-sm last:border-0">
              <span className="min-w-0">
                <span className="block truncate">{level.variant_name || level.sku}</span>
                <span className="block truncate text-xs text-muted">
                  {places?.find((one) => one.id === level.location_id)?.name}
                </span>
              </span>
              <QuickStock level={level} />
            </li>
          ))}
        </ul>
      )}
      <Link to="/estoque/movimentos" search={{ sku: data?.[0]?.sku }} className="text-sm link">
        <Trans>Ver os movimentos</Trans>
      </Link>
    </Section>
  )
}
