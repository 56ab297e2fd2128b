import { useFormat } from '@commerce/i18n'
import { Button, Dialog, EmptyState, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { kinds, locations, movements, type Movement, type MovementsSearch } from '../../data/stock'
import { Page } from '../../frame/page'
import { kindText, reasonText } from '../../parts/labels'
import { MoveForm } from '../../parts/move-form'
import { Person } from '../../parts/person'
import { DataTable } from '../../table/data-table'
import { DayFilter, SearchFilter, SelectFilter, Span } from '../../table/filters'
import type { Column } from '../../table/types'
import { signed } from '../stock/ledger'

const route = getRouteApi('/shell/estoque/movimentos')

export function MovementsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useScopes().has('stock:write')
  const { data: places } = useQuery(locations)
  const { sku: code, kind, local, ref, de, ate } = search
  const wanted = { sku: code, kind, local, ref, de, ate }
  const query = useInfiniteQuery(movements(wanted))
  const [booking, setBooking] = useState(false)

  const change = useCallback(
    (next: MovementsSearch) => void navigate({ search: next }),
    [navigate],
  )
  const setPart = useCallback(
    (part: Partial<MovementsSearch>) =>
      void navigate({ search: (before: MovementsSearch) => ({ ...before, ...part }), replace: true }),
    [navigate],
  )
  const setSku = useCallback((sku: string | undefined) => setPart({ sku }), [setPart])
  const setReference = useCallback((ref: string | undefined) => setPart({ ref }), [setPart])
  const place = (id: number) => places?.find((one) => one.id === id)?.name ?? String(id)
  const delta = (row: Movement) => (
    <span className={`font-semibold ${row.delta < 0 ? 'text-bad' : row.delta > 0 ? 'text-good' : 'text-muted'}`}>
      {signed(row.delta, format.number)}
    </span>
  )
  const sku = (row: Movement) => (
    <Link to="/estoque" search={{ q: row.sku ?? undefined }} className="font-mono text-xs text-ink no-underline hover:underline">
      {row.sku ?? row.variant_id}
    </Link>
  )
  const columns: Column<Movement>[] = [
    { id: 'created_at', header: t`Quando`, width: 9.5, fixed: true, cell: (row) => format.stamp(row.created_at) },
    { id: 'kind', header: t`O que houve`, width: 7.5, cell: (row) => kindText(row.kind) },
    { id: 'sku', header: t`SKU`, width: 11.5, fixed: true, cell: sku },
    { id: 'place', header: t`Local`, width: 8.5, cell: (row) => place(row.location_id) },
    { id: 'delta', header: t`Diferença`, width: 5.5, end: true, fixed: true, cell: delta },
    { id: 'balance', header: t`Ficou`, width: 4.5, end: true, cell: (row) => format.number(row.balance) },
    { id: 'reason', header: t`Motivo`, min: 8, cell: (row) => reasonText(row.reason) },
    { id: 'reference', header: t`Documento`, width: 9, extra: true, cell: (row) => row.reference ?? '' },
    { id: 'actor', header: t`Quem`, width: 6.5, cell: (row) => <Person id={row.actor_id} /> },
  ]

  return (
    <Page
      fill
      title={t`Movimentos`}
      crumbs={[{ to: '/estoque', label: t`Estoque` }]}
      actions={
        may && (
          <Button size="small" icon="plus" onClick={() => setBooking(true)}>
            <Trans>Lançar movimento</Trans>
          </Button>
        )
      }
    >
      <DataTable
        page="movements"
        label={t`Movimentos`}
        columns={columns}
        query={query}
        rowId={(row) => String(row.id)}
        search={search}
        onSearch={change}
        filtered={Object.values(wanted).some((value) => value !== undefined)}
        filters={
          <>
            <SearchFilter label={t`SKU exato`} value={search.sku} onChange={setSku} />
            <SearchFilter label={t`Documento`} value={search.ref} onChange={setReference} />
            <SelectFilter
              label={t`O que houve`}
              all={t`Todo movimento`}
              value={search.kind}
              options={kinds.map((one) => [one, kindText(one)] as const)}
              onChange={(kind) => setPart({ kind })}
            />
            <SelectFilter
              label={t`Local`}
              all={t`Todo local`}
              value={search.local ? String(search.local) : undefined}
              options={(places ?? []).map((one) => [String(one.id), one.name] as const)}
              onChange={(local) => setPart({ local: local ? Number(local) : undefined })}
            />
            <Span>
              <DayFilter label={t`De`} value={search.de} onChange={(de) => setPart({ de })} />
              <DayFilter label={t`Até`} value={search.ate} onChange={(ate) => setPart({ ate })} />
            </Span>
          </>
        }
        card={(row) => (
          <div className="grid gap-1 text-sm">
            <div className="flex items-baseline justify-between gap-2">
              <span className="font-semibold">{kindText(row.kind)}</span>
              <span>
                {delta(row)} <span className="text-muted">→ {format.number(row.balance)}</span>
              </span>
            </div>
            <p>
              {sku(row)} · {place(row.location_id)}
            </p>
            <p className="text-muted">{[reasonText(row.reason), row.reference].filter(Boolean).join(' · ')}</p>
            <p className="text-muted">
              {format.dateTime(row.created_at)} · <Person id={row.actor_id} />
            </p>
          </div>
        )}
        empty={
          <EmptyState title={<Trans>Ainda nada se moveu</Trans>}>
            <Trans>Cada entrada, saída e contagem fica aqui, com quem e por quê.</Trans>
          </EmptyState>
        }
      />
      <Dialog open={booking} onClose={() => setBooking(false)} title={t`Lançar movimento`}>
        {booking && <MoveForm done={() => setBooking(false)} />}
      </Dialog>
    </Page>
  )
}
