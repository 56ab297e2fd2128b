import babel from '@rolldown/plugin-babel'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    babel({
      include: /\.tsx?$/,
      exclude: /node_modules/,
      parserOpts: { plugins: ['jsx', 'typescript'] },
      plugins: ['@lingui/babel-plugin-lingui-macro'],
    }),
  ],
  test: { environment: 'jsdom', include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}'] },
})
