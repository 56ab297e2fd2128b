// The session for React: one context with who is logged in.

import { session, type SessionUser } from '@commerce/api'
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react'

const User = createContext<SessionUser | null | undefined>(undefined)

export function SessionProvider({ children }: { children: ReactNode }) {
  const user = useSyncExternalStore(session.watch, session.currentUser)
  useEffect(() => {
    void session.resume()
  }, [])
  return <User value={user}>{children}</User>
}

/** The user, null for a guest, undefined while it is not known. */
export function useUser(): SessionUser | null | undefined {
  return useContext(User)
}

/** What the session may do: `useScopes().has('stock:write')`. */
export function useScopes(): ReadonlySet<string> {
  return useSyncExternalStore(session.watch, session.scopes)
}
