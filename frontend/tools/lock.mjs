// Run after `npm install`: gives the lock file the entries of optional packages
// for other systems that the registry in use does not hold. `npm ci` wants an
// entry for each, and fetches only those of its own system.

import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const packages = lock.packages
const SYSTEMS = { win32: 'win32', darwin: 'darwin', freebsd: 'freebsd', android: 'android', linux: 'linux', openharmony: 'openharmony' }
const MACHINES = { arm64: 'arm64', x64: 'x64', arm: 'arm', wasm32: 'wasm32', ppc64: 'ppc64', s390x: 's390x' }

function fitting(words, name) {
  return Object.keys(words).find((word) => name.split(/[-/]/).some((part) => part.startsWith(word)))
}

for (const [place, one] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(one.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (packages[key] || packages[`${place}/${key}`]) continue
    const system = fitting(SYSTEMS, name)
    packages[key] = {
      version,
      cpu: [fitting(MACHINES, name) ?? 'wasm32'],
      dev: true,
      license: one.license,
      optional: true,
      ...(system ? { os: [system] } : {}),
    }
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages)
    .filter(([, one]) => !one.extraneous)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
)
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
