import type { ReactNode } from 'react'

export interface Column<Row> {
  /** As it stands in the address (`cols`): letters, digits, `_`. */
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** The key of the API that orders by it. */
  sort?: string
  /** The first press orders downwards: times, amounts. */
  descending?: boolean
  /** Figures stand at the end. */
  end?: boolean
  /** In rem; the column without one takes what is left, and at least `min`. */
  width?: number
  min?: number
  /** Shown only when chosen. */
  extra?: boolean
  /** Always shown. */
  fixed?: boolean
}

/** The columns to show: those that the address names, else the usual ones. */
export function shownColumns<Row>(columns: readonly Column<Row>[], cols: string | undefined) {
  if (cols === undefined) return columns.filter(({ extra }) => !extra)
  const named = new Set(cols.split(','))
  return columns.filter(({ id, fixed }) => fixed || named.has(id))
}

/** The `cols` of these columns; undefined when they are the usual ones. */
export function namedColumns<Row>(
  columns: readonly Column<Row>[],
  ids: ReadonlySet<string>,
): string | undefined {
  const usual = columns.every(({ id, extra, fixed }) => fixed || ids.has(id) === !extra)
  return usual
    ? undefined
    : columns
        .filter(({ id, fixed }) => fixed || ids.has(id))
        .map(({ id }) => id)
        .join(',')
}

/** The next order when a header is pressed: one way, the other, none. */
export function nextSort(sort: string | undefined, key: string, descending = false) {
  const [first, second] = descending ? [`-${key}`, key] : [key, `-${key}`]
  return sort === first ? second : sort === second ? undefined : first
}
