// Changes: what is sent to the gateway, what is asked for again afterwards, and
// what a person is told when it is refused.

import { isProblem, newKey } from '@commerce/api'
import { Alert } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { formProblem } from './problems'

interface Options<T> {
  /** Beginnings of the keys of what shall be asked for again. */
  refresh: readonly QueryKey[]
  done?: (result: T) => void
  /** What it was about is gone: what this page shows is not asked for again. */
  gone?: boolean
  /** The version that the change is made against. */
  seen?: { refused: () => void }
}

/** A change as a mutation. A refused one asks for what it concerned again, too:
 * whoever lost a race then sees what the winner made. */
export function useAct<V = void, T = unknown>(
  work: (value: V) => Promise<T>,
  { refresh, done, gone, seen }: Options<T>,
) {
  const queries = useQueryClient()
  const again = () =>
    Promise.all(
      refresh.map((queryKey) =>
        queries.invalidateQueries({ queryKey, refetchType: gone ? 'none' : 'active' }),
      ),
    )
  return useMutation({
    mutationFn: work,
    onSuccess: async (result) => {
      await again()
      done?.(result)
    },
    onError: (error) => {
      if (isProblem(error, 'version_mismatch')) seen?.refused()
      if (isProblem(error) && (error.status === 409 || error.status === 412)) void again()
    },
  })
}

/** Idempotency keys for what must not happen twice: the same intention, sent
 * again, has the same key; another one another. */
export function useKeyOf(): (intention: unknown) => string {
  const last = useRef({ text: '', key: '' })
  return (intention) => {
    const text = JSON.stringify(intention)
    if (last.current.text !== text) last.current = { text, key: newKey() }
    return last.current.key
  }
}

/** The header that makes a change count only for the version one has seen. */
export function ifMatch(seen: { version: number }) {
  return { 'If-Match': `"${seen.version}"` }
}

export interface Seen<T> {
  /** What the form was filled with: what a patch is compared with. */
  base: T
  saved: (next: T) => void
  refused: () => void
  header: () => { 'If-Match': string }
}

/** What a form was opened with, while `latest` may move on. Somebody else's
 * change refuses the first try; the next one, which was warned, goes on top of
 * it and sends only what was changed here. */
export function useSeen<T extends { version: number } | null>(latest: T): Seen<T> {
  const [base, setBase] = useState(latest)
  const late = useRef(false)
  return {
    base,
    saved: (next) => {
      late.current = false
      setBase(next)
    },
    refused: () => {
      late.current = true
    },
    header: () => {
      const one = late.current ? latest : base
      return one ? ifMatch(one) : ({} as { 'If-Match': string })
    },
  }
}

/** Of a merge patch, the members that differ from what there is. */
export function changesOf<T extends object>(before: object, after: T): Partial<T> {
  const was = before as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(was[name] ?? null),
    ),
  ) as Partial<T>
}

/** Why a change did not happen. */
export function ActError({ error }: { error: unknown }) {
  if (!error) return null
  if (isProblem(error, 'version_mismatch')) {
    return (
      <Alert tone="warn">
        <p className="font-semibold">
          <Trans>Outra pessoa mudou isto enquanto você olhava.</Trans>
        </p>
        <p>
          <Trans>
            Os dados atuais já estão carregados e o que você digitou continua aqui. Confira e
            confirme de novo.
          </Trans>
        </p>
      </Alert>
    )
  }
  return <Alert tone="bad">{formProblem(error)}</Alert>
}
