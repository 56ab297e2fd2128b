// Everything that can be said about the sources without a browser: types,
// style, languages, unit tests. Ends with exit code 1 if something is wrong.

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeTypes } from './contract.mjs'

const root = resolve(import.meta.dirname, '..')
const apps = readdirSync(join(root, 'apps')).filter((name) =>
  existsSync(join(root, 'apps', name, 'index.html')),
)

function run(name, ...args) {
  return new Promise((done) => {
    const child = spawn(join(root, 'node_modules/.bin', name), args, { cwd: root })
    let text = ''
    child.stdout.on('data', (data) => (text += data))
    child.stderr.on('data', (data) => (text += data))
    child.on('close', (code) => {
      if (code !== 0) console.error(`${name} ${args.join(' ')}\n${text}`)
      done(code === 0)
    })
  })
}

const catalogues = () =>
  apps.flatMap((name) =>
    ['pt-BR', 'en'].map((locale) =>
      readFileSync(join(root, 'apps', name, 'locales', `${locale}.po`), 'utf8')
        // The date of the extraction says nothing.
        .replace(/^"POT-Creation-Date.*\n/m, ''),
    ),
  )

/** What the sources say has to be in the catalogues as they were committed. */
async function messages() {
  const before = catalogues()
  if (!(await run('lingui', 'extract', '--clean'))) return false
  const same = catalogues().every((text, index) => text === before[index])
  if (!same) console.error('Catalogues were out of date: see `npm run messages`.')
  const { missing } = await import('./messages.mjs')
  const untranslated = await missing()
  untranslated.forEach((line) => console.error(`no English: ${line}`))
  return same && untranslated.length === 0
}

await makeTypes()
const results = [
  await messages(),
  ...(await Promise.all([
    run('eslint', '.', '--max-warnings', '0'),
    (async () => {
      for (const name of apps) if (!(await run('tsc', '-p', `apps/${name}`))) return false
      return true
    })(),
  ])),
  await run('vitest', 'run'),
]
process.exit(results.every(Boolean) ? 0 : 1)
