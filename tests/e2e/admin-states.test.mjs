// What each page of the administration shows while it waits, and when the
// gateway is in trouble: never a blank, and what to do.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, paidOrder, places, returnedOrder, staff, tokenOf } from './admin-places.mjs'
import { accessible, settled, start, stop, visitor } from './kit.mjs'

const token = await tokenOf(staff)
const all = await places(token, await paidOrder(token), await returnedOrder(token))
/** Forms of what is new: they read nothing, or only what is suggested. */
const ASK_NOTHING = ['promocao-nova', 'lista-de-precos', 'importar']
/** Who one is; without it there is no page. */
const SESSION = /\/api\/v1\/(auth\/|users\/me)/

let page

before(async () => {
  await start()
  ;({ page } = await visitor())
  await enter(page)
})
after(stop)

/** Lets all questions of the page wait until what comes of them is told. */
async function hold(page) {
  let release
  const released = new Promise((done) => (release = done))
  await page.route(/\/api\/v1\/|\/readyz|\/openapi\.json/, async (route) => {
    if (SESSION.test(route.request().url())) return route.fallback()
    await released
    await route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: '{"type":"about:blank","title":"Erro","status":500,"code":"internal"}',
    })
  })
  return release
}

describe('admin states', () => {
  for (const [name, [path]] of Object.entries(all)) {
    // What is open above a page keeps its own button before the page's.
    if (ASK_NOTHING.includes(name) || name.startsWith('vale-presente')) continue
    test(`${name} waits, says what is wrong, and comes back`, { timeout: 180_000 }, async () => {
      const release = await hold(page)
      await page.goto(`/admin${path}`)
      const main = page.getByRole('main')
      await main.locator('[aria-busy=true], [role=status], form').first().waitFor({ state: 'attached' })
      release()
      const alert = page.getByRole('alert').filter({ visible: true }).first()
      await alert.waitFor()
      const again = page.getByRole('button', { name: 'Tentar de novo' })
      await again.first().waitFor()
      await page.getByRole('heading', { level: 1 }).waitFor()
      await accessible(page, `${name} in trouble`)
      await page.unrouteAll()
      for (let tries = 0; tries < 12 && (await again.count()) > 0; tries++) {
        // Busy until it is known what became of it; gone, if that was good, or
        // if the page asked by itself.
        await again.first().click({ timeout: 2_000 }).catch(() => {})
        await settled(page)
      }
      assert.equal(await again.count(), 0, 'what failed is asked for again')
      await page.getByRole('heading', { level: 1 }).waitFor()
    })
  }
})
