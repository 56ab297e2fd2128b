// What pages read and change of stock.

import { api, newKey, ok, type Schemas } from '@commerce/api'
import { problemText, toast } from '@commerce/ui'
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { live } from '../live'
import { compact, day, flag, oneOf, tableSearch, text, whole, type Raw, type TableSearch } from '../search'

export type Level = Schemas['StockLevel']
export type Movement = Schemas['StockMovement']
export type Kind = Schemas['MovementKind']
export type Location = Schemas['StockLocation']

export const kinds: readonly Kind[] = [
  'receipt', 'issue', 'adjust', 'count', 'transfer', 'return', 'damage', 'loss', 'shipment',
]

interface LevelPage {
  data: Level[]
  page: Schemas['Page']
}

export interface StockSearch extends TableSearch {
  q?: string
  local?: number
  low?: true
  /** The ledger of this variant and location is open beside the table. */
  razao?: string
}

export function validateStock(raw: Raw): StockSearch {
  const ledger = text(raw['razao'], 40)
  return compact({
    ...tableSearch(raw, []),
    q: text(raw['q']),
    local: whole(raw['local'], 1),
    low: flag(raw['low']),
    razao: ledger && /^\d+-\d+$/.test(ledger) ? ledger : undefined,
  })
}

export const levels = ({ q, local, low }: StockSearch) =>
  infiniteQueryOptions({
    queryKey: ['stock', 'levels', { q, local, low }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/stock', {
          signal,
          params: { query: { q, location_id: local, low, limit: 100, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

/** Every level of some products, however many pages that is. */
export const levelsOf = (ids: readonly number[]) =>
  queryOptions({
    queryKey: ['stock', 'of', ids],
    enabled: ids.length > 0,
    ...live('stock'),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const found: Level[] = []
      let cursor: string | undefined
      do {
        const { data, page } = await ok(
          api.GET('/api/v1/stock', {
            signal,
            params: { query: { product_ids: [...ids], limit: 200, cursor } },
          }),
        )
        found.push(...data)
        cursor = page.next ?? undefined
      } while (cursor)
      return found
    },
  })

export const level = (variant: number, location: number) =>
  queryOptions({
    queryKey: ['stock', 'level', variant, location],
    ...live('stock'),
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/stock/{variant_id}/{location_id}', {
          signal,
          params: { path: { variant_id: variant, location_id: location } },
        }),
      ),
  })

export interface MovementsSearch extends TableSearch {
  sku?: string
  kind?: Kind
  local?: number
  ref?: string
  de?: string
  ate?: string
}

export function validateMovements(raw: Raw): MovementsSearch {
  return compact({
    ...tableSearch(raw, []),
    sku: text(raw['sku'], 64),
    kind: oneOf(kinds, raw['kind']),
    local: whole(raw['local'], 1),
    ref: text(raw['ref']),
    de: day(raw['de']),
    ate: day(raw['ate']),
  })
}

/** The first moment of a day as the reader's clock has it, or of the next. */
function moment(date: string | undefined, days = 0) {
  if (!date) return undefined
  const at = new Date(`${date}T00:00:00`)
  at.setDate(at.getDate() + days)
  return at.toISOString()
}

export const movements = (search: MovementsSearch & { variant?: number }) =>
  infiniteQueryOptions({
    queryKey: ['stock', 'movements', search],
    ...live('stock'),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/stock/movements', {
          signal,
          params: {
            query: {
              variant_id: search.variant,
              sku: search.sku,
              kind: search.kind,
              location_id: search.local,
              reference: search.ref,
              created_from: moment(search.de),
              created_to: moment(search.ate, 1),
              limit: 50,
              cursor: pageParam,
            },
          },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const locations = queryOptions({
  queryKey: ['stock', 'locations'],
  staleTime: 60_000,
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/stock/locations', { signal, params: { query: { limit: 200 } } })))
      .data,
})

/** For `Pick`: variants, by the words or the SKU of their product. */
export async function findVariants(words: string, signal: AbortSignal) {
  const { data } = await ok(
    api.GET('/api/v1/stock', { signal, params: { query: { q: words || undefined, limit: 60 } } }),
  )
  const seen = new Map<number, Level>()
  for (const one of data) if (!seen.has(one.variant_id)) seen.set(one.variant_id, one)
  return [...seen.values()].map((one) => ({
    id: String(one.variant_id),
    text: variantText(one),
    note: one.sku,
    level: one,
  }))
}

export function variantText({ product_name, variant_name }: Pick<Level, 'product_name' | 'variant_name'>) {
  return variant_name ? `${product_name} · ${variant_name}` : product_name
}

export const levelKey = (one: { variant_id: number; location_id: number }) =>
  `${one.variant_id}-${one.location_id}`

/** Changes levels wherever they are shown. */
function useLevels() {
  const queries = useQueryClient()
  return (change: (one: Level) => Level) => {
    const renew = (list: Level[]) => {
      const next = list.map(change)
      return next.some((one, index) => one !== list[index]) ? next : list
    }
    queries.setQueriesData<InfiniteData<LevelPage>>(
      { queryKey: ['stock', 'levels'] },
      (old) => old && { ...old, pages: old.pages.map((page) => ({ ...page, data: renew(page.data) })) },
    )
    queries.setQueriesData<Level[]>({ queryKey: ['stock', 'of'] }, (old) => old && renew(old))
    queries.setQueriesData<Level>({ queryKey: ['stock', 'level'] }, (old) => old && change(old))
  }
}

/** Puts levels in the place of older ones. */
function useFreshLevels() {
  const change = useLevels()
  return (fresh: readonly Level[]) => {
    const by = new Map(fresh.map((one) => [levelKey(one), one]))
    change((one) => by.get(levelKey(one)) ?? one)
  }
}

/** Transactions that began earlier may come to light later. */
const OVERLAP = 10_000

/** A table of levels follows what moves: it asks only for that, however many
 * rows it has. */
export function useStockNews(rows: readonly Level[]) {
  const queries = useQueryClient()
  const freshen = useFreshLevels()
  const newest = rows.reduce((last, { updated_at }) => (updated_at > last ? updated_at : last), '')
  useQuery({
    queryKey: ['stock-news'],
    enabled: newest !== '',
    ...live('stock'),
    queryFn: async ({ signal }) => {
      const since = new Date(Date.parse(newest) - OVERLAP).toISOString()
      const { data } = await ok(
        api.GET('/api/v1/stock', { signal, params: { query: { updated_since: since, limit: 200 } } }),
      )
      if (queries.isMutating({ mutationKey: ['quick-stock'] }) === 0) freshen(data)
      return data.length
    },
  })
}

interface Step {
  level: Level
  delta: number
  reason: string
}

/** Quick plus and minus: shown at once, booked as a movement each, one after
 * the other; one that is refused is taken back, and when the last one is through
 * what the shop says counts. */
export function useQuickStock() {
  const queries = useQueryClient()
  const change = useLevels()
  const show = (level: Level, delta: number) =>
    change((one) =>
      levelKey(one) === levelKey(level)
        ? { ...one, on_hand: one.on_hand + delta, available: one.available + delta }
        : one,
    )
  return useMutation({
    mutationKey: ['quick-stock'],
    scope: { id: 'quick-stock' },
    mutationFn: ({ level, delta, reason }: Step) =>
      ok(
        api.POST('/api/v1/stock/movements', {
          params: { header: { 'Idempotency-Key': newKey() } },
          body: {
            variant_id: level.variant_id,
            location_id: level.location_id,
            kind: 'adjust',
            delta,
            reason,
          },
        }),
      ),
    onMutate: async ({ level, delta }) => {
      await queries.cancelQueries({ queryKey: ['stock'] })
      show(level, delta)
    },
    // Without a network nobody else says that it was not.
    onError: (error, { level, delta }) => {
      show(level, -delta)
      toast(problemText(error))
    },
    onSettled: () => {
      if (queries.isMutating({ mutationKey: ['quick-stock'] }) === 1) {
        return queries.invalidateQueries({ queryKey: ['stock'] })
      }
      return undefined
    },
  })
}
