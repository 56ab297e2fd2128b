// A table of the server's rows: it is ordered and narrowed there, arrives page
// by page as somebody scrolls, and only the rows in sight are in the document.
// On a narrow screen the same rows are cards.

import { useFormat } from '@commerce/i18n'
import { Again, Button, EmptyState, ErrorState, Icon } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Menu, MenuItem } from '../parts/menu'
import { NARROW, useMedia } from '../parts/use-media'
import type { TableSearch } from '../search'
import { namedColumns, nextSort, shownColumns, type Column } from './types'
import { Views } from './views'

export interface PageOfRows<Row> {
  data: Row[]
  page: { next: string | null; total?: number }
}

interface DataTableProps<Row, Search extends TableSearch> {
  /** Names the page: its saved views, where it was scrolled to. */
  page: string
  /** What the table is, for those who do not see it. */
  label: string
  columns: readonly Column<Row>[]
  query: UseInfiniteQueryResult<InfiniteData<PageOfRows<Row>>>
  rowId: (row: Row) => string
  search: Search
  onSearch: (search: Search) => void
  /** The order when the address names none. */
  usualSort?: string
  /** A row on a narrow screen. */
  card: (row: Row) => ReactNode
  filters?: ReactNode
  /** Whether something narrows the table: then an empty one says so. */
  filtered?: boolean
  /** Empty without any filter. */
  empty?: ReactNode
  /** What can be done with the rows that were ticked. */
  bulk?: (rows: Row[], clear: () => void) => ReactNode
  /** Told which rows are in sight, for what is read beside them. */
  onVisible?: (first: number, last: number) => void
}

const ROW = 44
/** Rows that are asked for before they are reached. */
const AHEAD = 100
/** Where each table was left, by page and address, for Back. */
const places = new Map<string, number>()

export function DataTable<Row extends object, Search extends TableSearch>(props: DataTableProps<Row, Search>) {
  const { page, label, columns, query, rowId, search, onSearch, filters, bulk, onVisible } = props
  const { t } = useLingui()
  const format = useFormat()
  const narrow = useMedia(NARROW)
  // Where there is little room, what narrows the rows is behind a button.
  const [filtering, setFiltering] = useState(props.filtered ?? false)
  const scroller = useRef<HTMLDivElement>(null)
  const [selection, setSelection] = useState<Readonly<Record<string, true>>>({})

  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap(({ data }) => data) ?? [], [pages])
  const shown = shownColumns(columns, search.cols)
  const picked = rows.filter((row) => selection[rowId(row)])
  const clear = () => setSelection({})

  const place = `${page}?${JSON.stringify(search)}`
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 112 : ROW),
    getItemKey: (index) => (rows[index] ? rowId(rows[index]) : index),
    overscan: 12,
    initialOffset: () => places.get(place) ?? 0,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const firstSeen = items[0]?.index ?? 0

  // Another order or filter is another list: from its top, nothing ticked.
  const before = useRef(place)
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    setSelection({})
    scroller.current?.scrollTo({ top: places.get(place) ?? 0 })
  }, [place])

  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD && hasNextPage && !isFetching && !isError) {
      void fetchNextPage()
    }
  }, [last, rows.length, hasNextPage, isFetching, isError, fetchNextPage])

  useEffect(() => {
    onVisible?.(firstSeen, last)
  }, [firstSeen, last, onVisible])

  const height = virtual.getTotalSize()
  const top = items[0]?.start ?? 0
  const bottom = height - (items.at(-1)?.end ?? 0)
  const total = pages?.[0]?.page.total
  const span = shown.length + (bulk ? 1 : 0)
  const allPicked = rows.length > 0 && picked.length === rows.length
  const tickAll = () =>
    setSelection(allPicked ? {} : Object.fromEntries(rows.map((row) => [rowId(row), true as const])))
  const toggle = (id: string) =>
    setSelection(({ [id]: was, ...others }) => (was ? others : { ...others, [id]: true as const }))
  const tick = (id: string, name: string) => (
    <label className="grid size-9 place-items-center">
      <input
        type="checkbox"
        className="size-4.5"
        aria-label={name}
        checked={selection[id] ?? false}
        onChange={() => toggle(id)}
      />
    </label>
  )

  return (
    <section aria-label={label} className="flex min-h-0 grow flex-col">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        {narrow && filters && (
          <Button
            look="secondary"
            size="small"
            icon="filter"
            aria-expanded={filtering}
            className="rounded-lg!"
            onClick={() => setFiltering(!filtering)}
          >
            <Trans>Buscar e filtrar</Trans>
          </Button>
        )}
        {(!narrow || filtering) && filters}
        <span className="hidden grow sm:block" />
        <div className="flex min-w-0 gap-2">
          {!narrow && (
            <Menu
              label={t`Colunas`}
              glyph="columns"
              selected={shown.map(({ id }) => id)}
              onSelect={(ids) => onSearch({ ...search, cols: namedColumns(columns, ids) })}
            >
              {columns
                .filter(({ fixed }) => !fixed)
                .map(({ id, header }) => (
                  <MenuItem key={id} id={id}>
                    {header}
                  </MenuItem>
                ))}
            </Menu>
          )}
          {narrow && <SortSelect {...props} />}
          <Views
            page={page}
            search={search}
            bare={narrow}
            onSearch={(next) => onSearch(next as Search)}
          />
        </div>
      </div>

      {bulk && picked.length > 0 && (
        <div className="mb-2 flex flex-wrap items-center gap-2 rounded-lg bg-brand-soft px-3 py-1.5 text-sm text-brand">
          <span role="status" className="grow font-semibold">
            {plural(picked.length, { one: '# escolhida', other: '# escolhidas' })}
          </span>
          {bulk(picked, clear)}
          <Button look="quiet" size="small" onClick={clear}>
            <Trans>Largar</Trans>
          </Button>
        </div>
      )}

      <div
        ref={scroller}
        role="region"
        aria-label={t`Linhas de ${label}`}
        tabIndex={0}
        aria-busy={query.isLoading}
        onScroll={(event) => places.set(place, event.currentTarget.scrollTop)}
        className={`min-h-0 grow overflow-auto overscroll-contain focus-visible:-outline-offset-2 ${narrow ? '' : 'card'}`}
      >
        {query.error && rows.length === 0 ? (
          <ErrorState error={query.error} retry={() => query.refetch()} />
        ) : !query.isLoading && rows.length === 0 ? (
          <Nothing {...props} />
        ) : narrow ? (
          <ul className={query.isPlaceholderData ? 'opacity-60' : ''} style={{ paddingTop: top, paddingBottom: bottom }}>
            {query.isLoading && skeletons(6, (key) => <li key={key} className="card mb-2 h-26 animate-pulse bg-sunken!" />)}
            {items.map((item) => {
              const row = rows[item.index]
              return (
                row && (
                  <li key={rowId(row)} data-index={item.index} ref={virtual.measureElement} className="pb-2">
                    <div className="card flex gap-1 p-3">
                      {bulk && <div className="-mt-1 -ml-2">{tick(rowId(row), t`Escolher a linha ${item.index + 1}`)}</div>}
                      <div className="min-w-0 grow">{props.card(row)}</div>
                    </div>
                  </li>
                )
              )
            })}
          </ul>
        ) : (
          <table
            aria-rowcount={total ?? -1}
            className={`w-full table-fixed border-separate border-spacing-0 text-sm transition-opacity ${query.isPlaceholderData ? 'opacity-60' : ''}`}
            style={{ minWidth: `${shown.reduce((sum, { width, min = 11 }) => sum + (width ?? min), bulk ? 2.75 : 0)}rem` }}
          >
            <colgroup>
              {bulk && <col style={{ width: '2.75rem' }} />}
              {shown.map(({ id, width }) => (
                <col key={id} style={width ? { width: `${width}rem` } : undefined} />
              ))}
            </colgroup>
            <thead>
              <tr>
                {bulk && (
                  <th className="sticky top-0 z-10 border-b border-line bg-sunken px-1 text-left">
                    <label className="grid size-9 place-items-center">
                      <input
                        type="checkbox"
                        className="size-4.5"
                        aria-label={t`Escolher todas as carregadas`}
                        checked={allPicked}
                        ref={(box) => {
                          if (box) box.indeterminate = picked.length > 0 && !allPicked
                        }}
                        onChange={tickAll}
                      />
                    </label>
                  </th>
                )}
                {shown.map((column) => (
                  <Header key={column.id} column={column} {...props} />
                ))}
              </tr>
            </thead>
            <tbody>
              {top > 0 && (
                <tr aria-hidden="true">
                  <td colSpan={span} style={{ height: top }} />
                </tr>
              )}
              {query.isLoading && skeletons(12, (key) => <SkeletonRow key={key} span={span} />)}
              {items.map((item) => {
                const row = rows[item.index]
                return (
                  row && (
                    <tr
                      key={rowId(row)}
                      aria-rowindex={item.index + 2}
                      className={`group h-11 ${selection[rowId(row)] ? 'bg-brand-soft' : 'hover:bg-sunken'}`}
                    >
                      {bulk && (
                        <td className="border-b border-line px-1">
                          {tick(rowId(row), t`Escolher a linha ${item.index + 1}`)}
                        </td>
                      )}
                      {shown.map((column) => (
                        <td
                          key={column.id}
                          className={`overflow-hidden border-b border-line px-3 text-ellipsis whitespace-nowrap ${column.end ? 'text-right' : ''}`}
                        >
                          {column.cell(row)}
                        </td>
                      ))}
                    </tr>
                  )
                )
              })}
              {bottom > 0 && (
                <tr aria-hidden="true">
                  <td colSpan={span} style={{ height: bottom }} />
                </tr>
              )}
              {query.isFetchingNextPage && skeletons(3, (key) => <SkeletonRow key={key} span={span} />)}
            </tbody>
          </table>
        )}
        {query.isFetchNextPageError && (
          <p role="alert" className="flex flex-wrap items-center justify-center gap-3 p-4 text-sm text-bad">
            <Trans>As próximas linhas não carregaram.</Trans>
            <Again size="small" ask={fetchNextPage} />
          </p>
        )}
      </div>

      <p role="status" className="mt-2 min-h-5 text-sm text-muted">
        {rows.length > 0 &&
          (total !== undefined && total >= rows.length ? (
            <Trans>
              {format.number(rows.length)} de {format.number(total)} carregadas
            </Trans>
          ) : hasNextPage ? (
            <Trans>{format.number(rows.length)} carregadas; há mais</Trans>
          ) : (
            <Trans>{format.number(rows.length)} ao todo</Trans>
          ))}
      </p>
    </section>
  )
}

const skeletons = <T,>(count: number, make: (key: string) => T) =>
  Array.from({ length: count }, (_, index) => make(`skeleton${index}`))

function SkeletonRow({ span }: { span: number }) {
  return (
    <tr aria-hidden="true" className="h-11">
      <td colSpan={span} className="border-b border-line px-3">
        <div className="h-4 animate-pulse rounded bg-sunken" />
      </td>
    </tr>
  )
}

type HeaderProps<Row, Search extends TableSearch> = Pick<
  DataTableProps<Row, Search>,
  'search' | 'onSearch' | 'usualSort'
> & { column: Column<Row> }

function Header<Row, Search extends TableSearch>({ column, search, onSearch, usualSort }: HeaderProps<Row, Search>) {
  const { header, sort, end, descending } = column
  const now = search.sort ?? usualSort
  const order = sort && now === sort ? 'ascending' : sort && now === `-${sort}` ? 'descending' : undefined
  return (
    <th
      scope="col"
      aria-sort={order}
      className={`sticky top-0 z-10 h-10 border-b border-line bg-sunken px-3 font-semibold whitespace-nowrap ${end ? 'text-right' : 'text-left'}`}
    >
      {sort ? (
        <button
          type="button"
          onClick={() => onSearch({ ...search, sort: nextSort(search.sort, sort, descending) })}
          className={`-mx-1 inline-flex min-h-8 items-center gap-1 rounded px-1 font-semibold hover:text-brand ${end ? 'flex-row-reverse' : ''}`}
        >
          {header}
          <Icon
            name={order === 'descending' ? 'down' : 'up'}
            className={`size-3.5 ${order ? 'text-brand' : 'opacity-0'}`}
          />
        </button>
      ) : (
        header
      )}
    </th>
  )
}

/** The order where there are no headers to press. */
function SortSelect<Row, Search extends TableSearch>({
  columns,
  search,
  onSearch,
}: DataTableProps<Row, Search>) {
  const { t } = useLingui()
  const sortable = columns.filter(({ sort }) => sort)
  if (sortable.length === 0) return null
  return (
    <select
      aria-label={t`Ordenar por`}
      value={search.sort ?? ''}
      onChange={(event) => onSearch({ ...search, sort: event.target.value || undefined })}
      className="control min-w-0 max-w-44 shrink grow basis-24"
    >
      <option value="">{t`Ordem usual`}</option>
      {sortable.flatMap(({ sort = '', header }) => [
        <option key={sort} value={sort}>{`${header} ↑`}</option>,
        <option key={`-${sort}`} value={`-${sort}`}>{`${header} ↓`}</option>,
      ])}
    </select>
  )
}

function Nothing<Row, Search extends TableSearch>({ filtered, empty, search, onSearch }: DataTableProps<Row, Search>) {
  if (!filtered && empty) return empty
  return (
    <EmptyState
      icon="search"
      title={<Trans>Nada encontrado</Trans>}
      action={
        filtered && (
          <Button
            look="secondary"
            onClick={() => onSearch({ sort: search.sort, cols: search.cols } as Search)}
          >
            <Trans>Tirar os filtros</Trans>
          </Button>
        )
      }
    >
      {filtered && <Trans>Nenhuma linha passa por estes filtros.</Trans>}
    </EmptyState>
  )
}
