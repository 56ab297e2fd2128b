// Pictures that are being sent, one after the other, so that they arrive in the
// order in which they were chosen.

import { sendPicture, type Picture } from '@commerce/api'
import { useEffect, useRef, useState } from 'react'
import { newKey } from './draft'
import { prepared } from './pictures'

export interface Upload {
  key: string
  file: File
  /** From 0 to 1. */
  sent: number
  /** Why it did not arrive; null: it is no picture. */
  error?: unknown
}

export function useUploads(arrived: (picture: Picture, name: string) => void) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const queue = useRef<Promise<void>>(Promise.resolve())
  const leaving = useRef<AbortController>(null)
  const tell = useRef(arrived)
  useEffect(() => {
    tell.current = arrived
  })
  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])

  const set = (key: string, part: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const drop = (key: string) => setUploads((all) => all.filter((one) => one.key !== key))

  const send = async ({ key, file }: Upload) => {
    const signal = leaving.current?.signal
    if (!signal || signal.aborted) return
    try {
      const picture = await prepared(file)
      if (!picture) return set(key, { error: null })
      const progress = (sent: number) => set(key, { sent })
      tell.current(await sendPicture(picture, { progress, signal }), file.name)
      drop(key)
    } catch (error) {
      if (!signal.aborted) set(key, { error })
    }
  }
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      const one: Upload = { key: newKey(), file, sent: 0 }
      setUploads((all) => [...all, one])
      queue.current = queue.current.then(() => send(one))
    }
  }
  const again = (one: Upload) => {
    drop(one.key)
    add([one.file])
  }
  return { uploads, add, again, drop, busy: uploads.some(({ error }) => error === undefined) }
}
