import { Trans } from '@lingui/react/macro'
import { useSyncExternalStore } from 'react'
import { Icon } from './icon'

function watch(watcher: () => void) {
  addEventListener('online', watcher)
  addEventListener('offline', watcher)
  return () => {
    removeEventListener('online', watcher)
    removeEventListener('offline', watcher)
  }
}

export function useOnline(): boolean {
  return useSyncExternalStore(watch, () => navigator.onLine)
}

/** A line above the page while the network is away. */
export function OfflineNotice() {
  if (useOnline()) return null
  return (
    <p
      role="status"
      className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-center text-sm text-warn"
    >
      <Icon name="offline" className="size-4" />
      <Trans>Sem conexão: o que você vê pode estar desatualizado.</Trans>
    </p>
  )
}
