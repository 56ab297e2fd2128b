// What the pages of imports ask the gateway for.

import { api, ok, type Schemas, type paths } from '@commerce/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { readRecords } from './csv'

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

function errors(id: string, parseAs: 'stream' | 'blob') {
  return ok(
    api.GET('/api/v1/admin/imports/{id}/errors.csv', { params: { path: { id } }, parseAs }),
  ) as Promise<unknown>
}

/** The beginning of a text that may be long. */
async function beginning(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (text.length < most) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return text
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
      const stream = (await errors(one.id, 'stream')) as ReadableStream<Uint8Array>
      const text = await beginning(stream, 256 * 1024)
      const separator =
        typeof one.options['separator'] === 'string' ? one.options['separator'] : ','
      const [header = [], ...rows] = readRecords(text, separator, 51).records
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

/** All refused rows as a file that can be corrected and imported again. */
export function errorsFile(one: Import): Promise<Blob> {
  return errors(one.id, 'blob') as Promise<Blob>
}
