// Builds every app that has an index.html into dist/<app>, with a compressed
// copy beside each file, and says what it does. `./commerce up` runs it, and
// nothing else is needed to serve the result.
//
//     node tools/build.mjs [directory of the result]

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { extname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { firstView } from './budget.mjs'

const root = resolve(import.meta.dirname, '..')
const target = resolve(process.argv[2] ?? join(root, 'dist'))
/** KiB of JavaScript that a reader of an app may have to wait for. */
const BUDGET = { store: 150, admin: 180 }
const COMPRESSED = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest', '.txt'])

function* files(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* files(path)
    else yield path
  }
}

function compress(directory) {
  for (const path of files(directory)) {
    const data = readFileSync(path)
    if (COMPRESSED.has(extname(path)) && data.length > 512) {
      writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }))
    }
  }
}

/** The service worker keeps the pages' own files: their names go into it. */
function fillWorker(out) {
  const path = join(out, 'sw.js')
  if (!existsSync(path)) return
  const kept = [...files(join(out, 'assets'))].map((file) => `/${relative(out, file)}`).sort()
  const version = createHash('sha256').update(kept.join()).digest('hex').slice(0, 12)
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .replace("'@version@'", JSON.stringify(version))
      .replace("['@files@']", JSON.stringify(kept)),
  )
}

async function buildApp(name) {
  const out = join(target, name)
  const app = join(root, 'apps', name)
  console.log(`-- ${name}`)
  await build({
    configFile: join(app, 'vite.config.mjs'),
    logLevel: 'warn',
    build: { outDir: out, emptyOutDir: true },
  })
  fillWorker(out)
  const size = firstView(out)
  cpSync(join(out, '.vite'), join(target, `.${name}`), { recursive: true })
  rmSync(join(out, '.vite'), { recursive: true })
  compress(out)
  if (size > (BUDGET[name] ?? 150) * 1024) {
    throw new Error(`${name}: the first view is ${size} bytes of JavaScript, more than allowed`)
  }
  console.log(`   first view: ${(size / 1024).toFixed(1)} KiB of JavaScript, compressed`)
}

process.env.NODE_ENV = 'production'
mkdirSync(target, { recursive: true })
for (const name of readdirSync(join(root, 'apps'))) {
  if (existsSync(join(root, 'apps', name, 'index.html'))) await buildApp(name)
}
