// Short messages that come and go. They are read out (role status), and never the
// only place where something is told.

import { useSyncExternalStore, type ReactNode } from 'react'

interface Toast {
  id: number
  text: ReactNode
  action?: ReactNode
}

const LIFE = 5000
let next = 1
let shown: readonly Toast[] = []
const watchers = new Set<() => void>()

function show(toasts: readonly Toast[]) {
  shown = toasts
  watchers.forEach((watcher) => watcher())
}

export function toast(text: ReactNode, action?: ReactNode) {
  const id = next++
  show([...shown.slice(-2), { id, text, action }])
  setTimeout(() => show(shown.filter((one) => one.id !== id)), LIFE)
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function ToastRegion() {
  const toasts = useSyncExternalStore(watch, () => shown)
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 grid justify-items-center gap-2"
    >
      {toasts.map((one) => (
        <div
          key={one.id}
          className="pointer-events-auto flex max-w-full items-center gap-4 rounded-full bg-ink px-5 py-3 text-canvas shadow-float"
        >
          <span>{one.text}</span>
          {one.action}
        </div>
      ))}
    </div>
  )
}
