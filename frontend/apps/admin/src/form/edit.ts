// The form of one thing, which is there or is being made: of what is there only
// what was changed is sent, and only for the version that was seen.

import type { QueryKey } from '@tanstack/react-query'
import { changesOf, useAct, useKeyOf, useSeen, type Seen } from './act'
import { useForm, type Reader } from './read'

interface Edit<T, B, M> {
  /** As it is now; null if it is being made. */
  of: T | null
  parse: (read: Reader, one: T | null) => B
  /** Without it only what is there is changed. */
  make?: (body: B, header: { 'Idempotency-Key': string }) => Promise<M>
  change: (one: T, body: Partial<B>, header: ReturnType<Seen<T>['header']>) => Promise<T>
  refresh: readonly QueryKey[]
  done: (saved: T | M, made: boolean) => void
  /** Nothing was changed. */
  same: () => void
}

export function useEdit<T extends { version: number }, B extends object, M = T>({
  of: latest,
  parse,
  make = () => Promise.reject(new Error('there is nothing to change')),
  change,
  refresh,
  done,
  same,
}: Edit<T, B, M>) {
  const keyOf = useKeyOf()
  const seen = useSeen(latest)
  const before = seen.base
  const save = useAct(
    (body: B): Promise<T | M> =>
      before
        ? change(before, changesOf(before, body), seen.header()).then((saved) => {
            seen.saved(saved)
            return saved
          })
        : make(body, { 'Idempotency-Key': keyOf(body) }),
    { refresh, seen, done: (saved) => done(saved, before === null) },
  )
  const { onSubmit, error } = useForm(
    (read) => parse(read, before),
    (body) => {
      if (before && Object.keys(changesOf(before, body)).length === 0) same()
      else save.mutate(body)
    },
    save.error,
  )
  return { before, error, form: { onSubmit, busy: save.isPending, error: save.error } }
}
