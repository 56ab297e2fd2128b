// The only way to the gateway: typed by its contract, with the policy of every
// call in one place (`transport`): who asks, in which language, what makes a
// repetition safe, and when a call is repeated.

import createClient from 'openapi-fetch'
import type { components, paths } from './schema'
import { Offline, Problem, problemOf } from './problem'
import * as session from './session'

export type Schemas = components['schemas']

/** A random key that names one intention, however often it is sent. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const TRIES = 3
const LONGEST_WAIT = 5

async function attempt(request: Request, bearer: string | null) {
  const one = request.clone()
  if (bearer) one.headers.set('Authorization', `Bearer ${bearer}`)
  try {
    return await fetch(one)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new Offline('offline', { cause: error })
  }
}

/** Whether the gateway promised that the same key may be tried again. */
async function unsettled(response: Response): Promise<boolean> {
  if (response.status !== 409 && response.status !== 503) return false
  const body = (await response.clone().json().catch(() => null)) as {
    code?: string
  } | null
  return (
    body?.code === 'request_in_flight' ||
    body?.code === 'outcome_unknown' ||
    body?.code === 'not_executed'
  )
}

async function transport(request: Request): Promise<Response> {
  if (!request.headers.has('Accept-Language')) {
    request.headers.set('Accept-Language', document.documentElement.lang)
  }
  if (
    (request.method === 'POST' || request.method === 'PATCH') &&
    !request.headers.has('Idempotency-Key')
  ) {
    request.headers.set('Idempotency-Key', newKey())
  }
  const safe = request.method === 'GET' || request.headers.has('Idempotency-Key')

  let bearer = await session.token()
  let response = await attempt(request, bearer)

  // Revoked, or the clocks differ: once more with another token. What is open
  // to guests is answered to a guest.
  if (response.status === 401 && bearer) {
    bearer = await session.token(bearer)
    response = await attempt(request, bearer)
  }

  for (let tries = 1; safe && tries < TRIES && (await unsettled(response)); tries++) {
    const after = Number(response.headers.get('Retry-After')) || 1
    if (after > LONGEST_WAIT) break
    await new Promise((done) => setTimeout(done, after * 1000))
    response = await attempt(request, bearer)
  }
  return response
}

/** Lists are repeated, objects are parameters with a prefix:
 * `{ attr: { cor: ['Azul'] } }` is `attr.cor=Azul`. */
export function serializeQuery(query: Record<string, unknown>): string {
  const out = new URLSearchParams()
  const add = (name: string, value: unknown) => {
    if (value === undefined || value === null) return
    if (Array.isArray(value)) value.forEach((one) => add(name, one))
    else if (typeof value === 'object') {
      Object.entries(value).forEach(([key, one]) => add(`${name}.${key}`, one))
    } else out.append(name, String(value))
  }
  Object.entries(query).forEach(([name, value]) => add(name, value))
  return out.toString()
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  querySerializer: serializeQuery,
  fetch: transport,
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a good answer; throws a Problem for any other. */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw problemOf(response, error)
  return data as T
}

/** TanStack Query's `retry`: what may pass by itself, and only that. A network
 * that is known to be away is not tried: its return is told. */
export function mayRetry(count: number, error: unknown): boolean {
  if (error instanceof Problem) return error.status >= 502 && count < 2
  return error instanceof Offline && navigator.onLine && count < 2
}
