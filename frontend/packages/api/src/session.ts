// Who is logged in. The access token lives in memory only; the refresh token
// is an HttpOnly cookie that no script sees. A mark in localStorage tells that
// there may be such a cookie, so that guests never ask for one.
//
// Tabs share a session: a refresh is done by one of them at a time (Web Locks)
// and its result is told to the others (BroadcastChannel).

import type { components } from './schema'
import { Offline, problemOf } from './problem'

type SessionBody = components['schemas']['Session']
export type SessionUser = components['schemas']['SessionUser']

interface Access {
  token: string
  /** By this clock, in milliseconds. */
  until: number
  user: SessionUser
}

type Message = { kind: 'access'; access: Access } | { kind: 'out' } | { kind: 'ask' }

const MARK = 'commerce.session'
const LOCK = 'commerce.session'
/** A token is renewed so many milliseconds before it ends. */
const EARLY = 20_000

let access: Access | null = null
/** Undefined until it is known whether somebody is logged in. */
let user: SessionUser | null | undefined = marked() ? undefined : null
let granted: ReadonlySet<string> = new Set()
let inThisTab: Promise<string | null> | null = null
const watchers = new Set<() => void>()
const channel =
  typeof BroadcastChannel === 'undefined'
    ? null
    : new BroadcastChannel('commerce.session')

channel?.addEventListener('message', (event: MessageEvent<Message>) => {
  const message = event.data
  if (message.kind === 'access') take(message.access)
  else if (message.kind === 'out') drop()
  else if (access && fresh(access)) tell({ kind: 'access', access })
})

function marked(): boolean {
  try {
    return localStorage.getItem(MARK) !== null
  } catch {
    return false
  }
}

function mark(on: boolean) {
  try {
    if (on) localStorage.setItem(MARK, '1')
    else localStorage.removeItem(MARK)
  } catch {
    // Without storage a session lasts as long as its page.
  }
}

function tell(message: Message) {
  channel?.postMessage(message)
}

/** What the token lets its bearer do; the gateway decides, pages only ask so
 * that they offer nothing in vain. */
function scopesOf(token: string): ReadonlySet<string> {
  try {
    const claims = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
    const { scope } = JSON.parse(atob(claims)) as { scope?: string }
    return new Set(scope?.split(' '))
  } catch {
    return new Set()
  }
}

function take(next: Access) {
  if (access?.token !== next.token) granted = scopesOf(next.token)
  access = next
  user = next.user
  watchers.forEach((watcher) => watcher())
}

function drop() {
  access = null
  granted = new Set()
  if (user === null) return
  user = null
  watchers.forEach((watcher) => watcher())
}

function fresh(one: Access): boolean {
  return one.until - EARLY > Date.now()
}

function opened(body: SessionBody): string {
  const next = {
    token: body.access_token,
    until: Date.now() + body.expires_in * 1000,
    user: body.user,
  }
  mark(true)
  take(next)
  tell({ kind: 'access', access: next })
  return next.token
}

function closed() {
  mark(false)
  drop()
  tell({ kind: 'out' })
}

async function post(path: string, body: unknown, headers?: HeadersInit) {
  try {
    return await fetch(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'Content-Type': 'application/json',
        'Accept-Language': document.documentElement.lang,
        ...headers,
      },
      // The answer's cookie is taken even when the page goes away meanwhile.
      keepalive: true,
    })
  } catch (error) {
    throw new Offline('offline', { cause: error })
  }
}

/** Runs alone among the tabs of this browser, where it can tell. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return typeof navigator.locks === 'undefined'
    ? work()
    : (navigator.locks.request(LOCK, work) as Promise<T>)
}

async function renew(stale: string | null): Promise<string | null> {
  // Another tab has renewed it while this one waited for its turn.
  if (access && access.token !== stale && fresh(access)) return access.token
  if (!marked()) {
    drop()
    return null
  }

  const response = await post('/api/v1/auth/refresh', {})
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return opened(body as SessionBody)
  if (response.status === 401) {
    closed()
    return null
  }
  throw problemOf(response, body)
}

/** An access token that is good for a while, or null for a guest. With
 * `refused`, a token that the gateway did not take, another one is asked for.
 * Throws when it cannot be known: the network or the database is away. */
export async function token(refused?: string | null): Promise<string | null> {
  if (access && access.token !== refused && fresh(access)) return access.token
  if (!marked()) return null
  const stale = access?.token ?? null
  inThisTab ??= alone(() => renew(stale)).finally(() => {
    inThisTab = null
  })
  return inThisTab
}

/** Finds out who is logged in, by asking the other tabs first. Throws when it
 * cannot be known: it stays unknown until a call succeeds. */
export async function resume(): Promise<void> {
  if (!marked() || access) return
  tell({ kind: 'ask' })
  await new Promise((done) => setTimeout(done, channel ? 40 : 0))
  await token()
}

export async function login(email: string, password: string): Promise<SessionUser> {
  const response = await post('/api/v1/auth/login', { email, password, cookie: true })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw problemOf(response, body)
  opened(body as SessionBody)
  return (body as SessionBody).user
}

/** Ends the session here and in the other tabs, even when nobody answers. */
export async function logout(): Promise<void> {
  const bearer = access && { Authorization: `Bearer ${access.token}` }
  closed()
  await post('/api/v1/auth/logout', {}, bearer ?? undefined).catch(() => undefined)
}

/** The user has changed, or the account is gone (null). */
export function changed(next: SessionUser | null) {
  if (next === null) closed()
  else if (access) {
    take({ ...access, user: next })
    tell({ kind: 'access', access })
  }
}

export function currentUser(): SessionUser | null | undefined {
  return user
}

/** The scopes of the session; empty for a guest. */
export function scopes(): ReadonlySet<string> {
  return granted
}

/** For useSyncExternalStore. */
export function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
