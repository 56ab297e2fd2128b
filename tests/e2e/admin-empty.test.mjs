// A shop in which there is nothing yet: each list says so, and what would be in it.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter } from './admin-places.mjs'
import { accessible, settled, start, stop, visitor } from './kit.mjs'

const LISTS = {
  produtos: '/produtos',
  categorias: '/categorias',
  estoque: '/estoque',
  'estoque-baixo': '/estoque/baixo',
  movimentos: '/estoque/movimentos',
  locais: '/estoque/locais',
  pedidos: '/pedidos',
  devolucoes: '/devolucoes',
  'sacolas-abandonadas': '/sacolas-abandonadas',
  clientes: '/clientes',
  promocoes: '/promocoes',
  'listas-de-precos': '/listas-de-precos',
  'vales-presente': '/vales-presente',
  'pagamentos-parados': '/pagamentos-parados',
  impostos: '/impostos',
  entregas: '/entregas',
  usuarios: '/usuarios',
  webhooks: '/webhooks',
  importacoes: '/importacoes',
  tarefas: '/tarefas',
  auditoria: '/auditoria',
}
const NOTHING = { data: [], page: { limit: 50, next: null, has_more: false, total: 0 } }
/** A sentence that there is none, in the words of the page. */
const SAYS = /nada|ninguém|nenhum|não há/i

describe('admin without anything', { timeout: 180_000 }, () => {
  let context, page, complaints
  before(async () => {
    await start()
    ;({ context, page, complaints } = await visitor())
    await enter(page)
    await page.route(/\/api\/v1\/(?!auth|users\/)/, (route) =>
      route.request().method() === 'GET' ? route.fulfill({ json: NOTHING }) : route.fallback(),
    )
  })
  after(async () => {
    await context.close()
    await stop()
  })

  for (const [name, path] of Object.entries(LISTS)) {
    test(`${name} says that there is nothing yet`, async () => {
      await page.goto(`/admin${path}`)
      await page.getByRole('main').getByText(SAYS).filter({ visible: true }).first().waitFor()
      await settled(page)
      assert.equal(await page.getByRole('main').locator('tbody tr').count(), 0)
      assert.equal(await page.getByRole('alert').filter({ visible: true }).count(), 0)
      await accessible(page, `${name} without anything`)
      assert.deepEqual(complaints.splice(0), [])
    })
  }
})
