// What the builds of the apps have in common.

import { lingui } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { heads } from './tools/heads.mjs'

/** The configuration of an app that is served below `base`. */
export function app(root, base) {
  return {
    root,
    base,
    plugins: [
      react(),
      babel({
        include: /\.tsx?$/,
        exclude: /node_modules/,
        parserOpts: { plugins: ['jsx', 'typescript'] },
        plugins: ['@lingui/babel-plugin-lingui-macro'],
      }),
      lingui({ failOnMissing: true }),
      tailwindcss(),
      heads(),
    ],
    build: {
      target: 'es2022',
      manifest: true,
      // Files, not data: URLs, so that the policy of the page stays strict.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          codeSplitting: {
            // What every page needs at once is two files, not a dozen: those of
            // others change seldom, and each file costs a way there and back.
            groups: [
              { name: 'libraries', test: /node_modules|^\0rolldown/, tags: ['$initial'], priority: 2 },
              { name: 'shared', tags: ['$initial'], priority: 1 },
            ],
          },
        },
      },
    },
  }
}
