// The files of screens come when they are needed. One that cannot come because
// nobody answers is waited for: it comes by itself when the network is back.

import { Offline } from '@commerce/api'
import { lazyRouteComponent } from '@tanstack/react-router'
import { useOnline } from './online'
import { ErrorState, Loading } from './states'

/** Milliseconds between looks whether somebody answers again. */
const AGAIN = 3_000

/** Resolves when the network may be back, or it is time to look. */
function later(): Promise<void> {
  return new Promise((done) => {
    const stop = () => {
      clearTimeout(timer)
      removeEventListener('online', stop)
      done()
    }
    const timer = setTimeout(stop, AGAIN)
    addEventListener('online', stop)
  })
}

/** Whether somebody answers: a file that does not come though is gone. */
async function answered(): Promise<boolean> {
  if (!navigator.onLine) return false
  return fetch(location.href, { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  )
}

/** A component of a route, by the file that exports it under that name. */
export function screen<T extends object, Name extends keyof T>(
  importer: () => Promise<T>,
  name: Name,
) {
  return lazyRouteComponent<T, Name>(async () => {
    for (;;) {
      try {
        return await importer()
      } catch (error) {
        if (await answered()) throw error
        await later()
      }
    }
  }, name)
}

/** What stands where a screen will be. */
export function Arriving() {
  return useOnline() ? <Loading /> : <ErrorState page error={new Offline('offline')} />
}
