import { useCallback, useSyncExternalStore } from 'react'

export function useMedia(condition: string): boolean {
  const watch = useCallback(
    (watcher: () => void) => {
      const list = matchMedia(condition)
      list.addEventListener('change', watcher)
      return () => list.removeEventListener('change', watcher)
    },
    [condition],
  )
  return useSyncExternalStore(watch, () => matchMedia(condition).matches)
}

/** Less than this, and tables are lists of cards. */
export const NARROW = '(max-width: 639px)'
