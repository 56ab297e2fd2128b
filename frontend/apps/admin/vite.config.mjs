import locales from '@react-aria/optimize-locales-plugin'
import { defineConfig } from 'vite'
import { app } from '../../vite.shared.mjs'

const config = app(import.meta.dirname, '/admin/')

// Of the texts that react-aria brings in thirty languages, those of ours.
config.plugins.unshift({
  ...locales.vite({ locales: ['pt-BR', 'en-US'] }),
  enforce: 'pre',
})

export default defineConfig(config)
