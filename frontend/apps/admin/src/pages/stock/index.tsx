import { useFormat } from '@commerce/i18n'
import { Dialog, EmptyState, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { levelKey, levels, locations, useStockNews, variantText, type Level, type StockSearch } from '../../data/stock'
import { Page } from '../../frame/page'
import { Export, exports } from '../../parts/export'
import { Menu, MenuItem } from '../../parts/menu'
import { MoveForm } from '../../parts/move-form'
import { QuickStock } from '../../parts/quick-stock'
import { DataTable } from '../../table/data-table'
import { SearchFilter, SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { Ledger } from './ledger'
import { SetLevel } from './set-level'

const route = getRouteApi('/shell/estoque')

type Open = { kind: 'set' | 'move'; level: Level } | null

export function StockPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useScopes().has('stock:write')
  const { data: places } = useQuery(locations)
  const query = useInfiniteQuery(levels(search))
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data])
  useStockNews(rows)
  const [open, setOpen] = useState<Open>(null)

  const change = useCallback(
    (next: StockSearch) => void navigate({ search: next }),
    [navigate],
  )
  const setWords = useCallback(
    (q: string | undefined) =>
      void navigate({ search: (before: StockSearch) => ({ ...before, q }), replace: true }),
    [navigate],
  )
  const place = (id: number) => places?.find((one) => one.id === id)?.name ?? String(id)
  const act = (level: Level, what: string) => {
    if (what === 'ledger') change({ ...search, razao: levelKey(level) })
    else setOpen({ kind: what as 'set' | 'move', level })
  }
  const actions = (level: Level) => (
    <Menu bare label={t`Ações de ${level.sku}`} glyph="dots" onAction={(what) => act(level, what)}>
      <MenuItem id="ledger">{t`Ver o razão`}</MenuItem>
      {may ? <MenuItem id="move">{t`Lançar movimento…`}</MenuItem> : null}
      {may ? <MenuItem id="set">{t`Definir quantidade e mínimo…`}</MenuItem> : null}
    </Menu>
  )
  const name = (level: Level) => (
    <Link
      to="/produtos/$id"
      params={{ id: String(level.product_id) }}
      className="font-medium text-ink no-underline hover:underline"
    >
      {level.product_name}
    </Link>
  )
  const state = (level: Level) =>
    level.available <= 0 ? 'text-bad' : level.available <= level.threshold ? 'text-warn' : ''

  const columns: Column<Level>[] = [
    {
      id: 'product',
      header: t`Produto`,
      fixed: true,
      cell: (level) => (
        <>
          {name(level)} <span className="text-muted">{level.variant_name}</span>
        </>
      ),
    },
    { id: 'variant', header: t`Variante`, width: 10, extra: true, cell: (level) => level.variant_name || '—' },
    { id: 'sku', header: t`SKU`, width: 11.5, cell: (level) => <span className="font-mono text-xs">{level.sku}</span> },
    { id: 'place', header: t`Local`, width: 9.5, cell: (level) => place(level.location_id) },
    { id: 'on_hand', header: t`Em estoque`, width: 9, end: true, cell: (level) => <QuickStock level={level} /> },
    { id: 'reserved', header: t`Reservado`, width: 6.5, end: true, extra: true, cell: (level) => format.number(level.reserved) },
    {
      id: 'available',
      header: t`Livre`,
      width: 4.5,
      end: true,
      cell: (level) => <span className={`font-semibold ${state(level)}`}>{format.number(level.available)}</span>,
    },
    { id: 'threshold', header: t`Mínimo`, width: 5, end: true, cell: (level) => format.number(level.threshold) },
    { id: 'ordered', header: t`Pedido até hoje`, width: 8, end: true, extra: true, cell: (level) => format.number(level.ordered) },
    { id: 'updated_at', header: t`Mudou em`, width: 9.5, extra: true, cell: (level) => format.stamp(level.updated_at) },
    { id: 'actions', header: t`Ações`, width: 5, end: true, fixed: true, cell: actions },
  ]

  return (
    <Page
      fill
      title={t`Níveis de estoque`}
      actions={
        <Export
          name={t`estoque`}
          of={() => exports.stock({ location_id: search.local ?? places?.[0]?.id })}
        />
      }
    >
      <DataTable
        page="stock"
        label={t`Níveis de estoque`}
        columns={columns}
        query={query}
        rowId={levelKey}
        search={search}
        onSearch={change}
        filtered={Boolean(search.q || search.local || search.low)}
        filters={
          <>
            <SearchFilter label={t`Buscar produto ou SKU`} value={search.q} onChange={setWords} />
            <SelectFilter
              label={t`Local`}
              all={t`Todo local`}
              value={search.local ? String(search.local) : undefined}
              options={(places ?? []).map((one) => [String(one.id), one.name] as const)}
              onChange={(local) => change({ ...search, local: local ? Number(local) : undefined })}
            />
            <SelectFilter
              label={t`Nível`}
              all={t`Todo nível`}
              value={search.low ? 'low' : undefined}
              options={[['low', t`No mínimo ou abaixo`]]}
              onChange={(low) => change({ ...search, low: low ? true : undefined })}
            />
          </>
        }
        card={(level) => (
          <div className="grid gap-1.5">
            <div className="flex items-start justify-between gap-2">
              <div className="min-w-0">
                {name(level)}
                <p className="text-sm text-muted">
                  {level.variant_name || level.sku} · {place(level.location_id)}
                </p>
              </div>
              {actions(level)}
            </div>
            <div className="flex items-center justify-between gap-2 text-sm">
              <span className={state(level)}>
                <Trans>
                  {format.number(level.available)} livres; mínimo {format.number(level.threshold)}
                </Trans>
              </span>
              <QuickStock level={level} />
            </div>
          </div>
        )}
        empty={
          <EmptyState title={<Trans>Ainda não há estoque</Trans>}>
            <Trans>Lance uma entrada, e o que há de cada produto aparece aqui.</Trans>
          </EmptyState>
        }
      />
      <Ledger
        of={search.razao}
        place={place}
        onClose={() => change({ ...search, razao: undefined })}
      />
      <Dialog
        open={open?.kind === 'move'}
        onClose={() => setOpen(null)}
        title={t`Lançar movimento`}
      >
        {open?.kind === 'move' && (
          <MoveForm
            variant={{ id: open.level.variant_id, text: variantText(open.level) }}
            location={open.level.location_id}
            done={() => setOpen(null)}
          />
        )}
      </Dialog>
      <SetLevel level={open?.kind === 'set' ? open.level : null} onClose={() => setOpen(null)} />
    </Page>
  )
}

