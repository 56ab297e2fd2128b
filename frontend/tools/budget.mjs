// How much JavaScript a reader waits for, told by the manifest of the build.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Compressed bytes of an entry and of what it imports at once, with the
 * screens named beside it (parts of their path). */
export function weigh(manifest, read, screens = []) {
  const seen = new Set()
  const follow = (key) => {
    if (seen.has(key)) return
    seen.add(key)
    for (const next of manifest[key].imports ?? []) follow(next)
  }
  for (const [key, chunk] of Object.entries(manifest)) {
    if (chunk.isEntry || screens.some((screen) => key.includes(screen))) follow(key)
  }
  return [...seen]
    .map((key) => manifest[key].file)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0)
}

/** The heaviest of the first views of a build: its entry, the Portuguese
 * catalogue and the screen that weighs most of those people arrive at. */
export function firstView(out) {
  const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'))
  const read = (file) => readFileSync(join(out, file))
  const screens = Object.keys(manifest).filter((key) =>
    /pages\/(home|listing|product|(dashboard|products)\/index)\./.test(key),
  )
  const sizes = (screens.length > 0 ? screens : ['src/main']).map((screen) =>
    weigh(manifest, read, [screen, 'locales/pt-BR.po']),
  )
  return Math.max(...sizes)
}
