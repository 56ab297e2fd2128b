// What the pages of imports ask the gateway for.

import { api, ok, type Schemas, type paths } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { Joined, readRecords } from './csv'

export type Import = Schemas['Import']
export type ImportListed = Schemas['ImportListed']
export type ImportOptions = NonNullable<
  paths['/api/v1/admin/imports']['post']['parameters']['query']
>

export function ended({ status }: Pick<Import, 'status'>): boolean {
  return status === 'done' || status === 'failed'
}

/** Asked for again while it goes on. A live topic would replace this interval. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/admin/imports/{id}', { signal, params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && ended(state.data) ? false : 700),
  })

export function sendImport(file: Blob, type: string, query: ImportOptions): Promise<Import> {
  return ok(
    api.POST('/api/v1/admin/imports', {
      params: { query },
      headers: { 'Content-Type': type },
      body: file as unknown as string,
      bodySerializer: (body) => body,
    }),
  ) as Promise<Import>
}

async function errorsPiece(id: string, after: number, rows: number): Promise<string> {
  return (await ok(
    api.GET('/api/v1/admin/imports/{id}/errors.csv', {
      params: { path: { id }, query: { after, rows } },
      parseAs: 'text',
    }),
  )) as unknown as string
}

export interface Refused {
  line: string
  why: string
  cells: string[]
}

/** The first of the refused rows, with the header of their file. */
export const importErrors = (one: Import) =>
  queryOptions({
    queryKey: ['imports', 'one', one.id, 'errors', one.refused],
    enabled: ended(one) && one.refused > 0,
    queryFn: async () => {
      const text = await errorsPiece(one.id, 0, 50)
      const separator =
        typeof one.options['separator'] === 'string' ? one.options['separator'] : ','
      const [header = [], ...rows] = readRecords(text, separator).records
      return {
        columns: header.slice(2),
        rows: rows.map(([line = '', why = '', ...cells]): Refused => ({ line, why, cells })),
      }
    },
  })

/** What a rehearsal would change: the first rows that differ. */
export const importChanges = (one: Import) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'one', one.id, 'changes'],
    enabled: one.dry_run && one.status === 'done' && one.created + one.updated > 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/imports/{id}/changes', {
          signal,
          params: { path: { id: one.id }, query: { limit: 20, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })

const PIECE = 10_000

/** All refused rows as a file that can be corrected and imported again. */
export async function errorsFile(one: Import): Promise<Blob> {
  const separator = typeof one.options['separator'] === 'string' ? one.options['separator'] : ','
  const parts: string[] = []
  for (let after: number | null = 0; after !== null;) {
    const text: string = await errorsPiece(one.id, after, PIECE)
    const { records, firstEnd } = readRecords(text, separator)
    parts.push(parts.length === 0 ? text : text.slice(firstEnd))
    const last: number = Number(records.at(-1)?.[0])
    after = records.length > PIECE && last > after ? last : null
  }
  return new Blob(parts, { type: 'text/csv' })
}

/** All products, piece by piece, as one file. */
export async function exportProducts(told: (rows: number) => void): Promise<Blob> {
  const joined = new Joined()
  const most = 1000
  for (let after: number | null = 0; after !== null;) {
    const text = (await ok(
      api.GET('/api/v1/admin/exports/products', {
        params: { query: { after, rows: most } },
        parseAs: 'text',
      }),
    )) as unknown as string
    const piece = joined.add(text)
    const last = Number(piece.last?.['import_variant_id'])
    after = piece.rows === most && last > after ? last : null
    told(joined.size)
  }
  return joined.blob()
}
