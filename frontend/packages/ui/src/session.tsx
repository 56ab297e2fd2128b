// The session for React: one context with who is logged in.

import { session, type SessionUser } from '@commerce/api'
import {
  createContext,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
import { ErrorState, Loading } from './states'

/** Milliseconds until it is asked again who is logged in. */
const AGAIN = 5_000

const User = createContext<SessionUser | null | undefined>(undefined)
/** Why it is not known who is logged in. */
const Trouble = createContext<unknown>(null)

export function SessionProvider({ children }: { children: ReactNode }) {
  const user = useSyncExternalStore(session.watch, session.currentUser)
  const [trouble, setTrouble] = useState<unknown>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const resume = () => {
      clearTimeout(timer)
      session.resume().catch((error: unknown) => {
        setTrouble(error)
        timer = setTimeout(resume, AGAIN)
      })
    }
    resume()
    addEventListener('online', resume)
    return () => {
      clearTimeout(timer)
      removeEventListener('online', resume)
    }
  }, [])
  return (
    <User value={user}>
      <Trouble value={trouble}>{children}</Trouble>
    </User>
  )
}

/** The user, null for a guest, undefined while it is not known. */
export function useUser(): SessionUser | null | undefined {
  return useContext(User)
}

/** What a page of a user shows while it is not known who that is; it is asked
 * again by itself. */
export function SessionUnknown() {
  const trouble = useContext(Trouble)
  return trouble ? <ErrorState page error={trouble} /> : <Loading />
}

/** What the session may do: `useScopes().has('stock:write')`. */
export function useScopes(): ReadonlySet<string> {
  return useSyncExternalStore(session.watch, session.scopes)
}
