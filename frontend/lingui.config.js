// One catalogue an app: what it and the shared packages say. Portuguese is the
// source; English has to be complete (tools/messages.mjs).

import { existsSync, readdirSync } from 'node:fs'

const root = import.meta.dirname

export default {
  rootDir: root,
  sourceLocale: 'pt-BR',
  locales: ['pt-BR', 'en'],
  catalogs: readdirSync(`${root}/apps`)
    .filter((name) => existsSync(`${root}/apps/${name}/index.html`))
    .map((name) => ({
      path: `<rootDir>/apps/${name}/locales/{locale}`,
      include: [`<rootDir>/apps/${name}/src`, '<rootDir>/packages/ui/src'],
    })),
  format: 'po',
  formatOptions: { lineNumbers: false },
  orderBy: 'message',
}
