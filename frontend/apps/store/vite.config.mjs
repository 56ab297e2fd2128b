import { defineConfig } from 'vite'
import { app } from '../../vite.shared.mjs'

export default defineConfig(app(import.meta.dirname, '/'))
