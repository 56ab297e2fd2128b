// Fails when an app says something that has no English: what `lingui extract`
// has just found in the sources is compared with the catalogues.

import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'

export async function missing() {
  const config = getConfig({ cwd: new URL('..', import.meta.url).pathname })
  const found = []
  for (const catalog of await getCatalogs(config)) {
    const messages = await catalog.read('en')
    for (const [id, entry] of Object.entries(messages ?? {})) {
      if (!entry.translation) found.push(`${catalog.path}: ${entry.message ?? id}`)
    }
  }
  return found
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const found = await missing()
  found.forEach((line) => console.error(`no English: ${line}`))
  process.exit(found.length > 0 ? 1 : 0)
}
