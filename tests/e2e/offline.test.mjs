// Each page of both apps while the network is away: what it shows stays, it says
// so, another page says so too instead of waiting for ever, and comes by itself
// when the network is back. What somebody wrote is never lost.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, paidOrder, places, returnedOrder, staff, tokenOf } from './admin-places.mjs'
import { accessible, call, login, newCustomer, settled, start, stop, visitor } from './kit.mjs'
import { accountPlaces, guestPlaces } from './store-places.mjs'

const token = await tokenOf(staff)
const order = await paidOrder(token)
const product = (await call('/products?q=camiseta&in_stock=true&limit=1')).data[0]
const customer = await newCustomer()

/** Addresses by name, one of each: what opens on a page is no page, and an order
 * that was just placed is one that was paid. */
function addresses({ 'pedido-novo': _, ...all }, base = '') {
  const paths = Object.entries(all).map(([name, [path]]) => [name, base + path])
  return paths.filter(([, path], index) => paths.findIndex(([, one]) => one === path) === index)
}

/** What stands in the place of what did not come. */
const TROUBLE = /sem conexão|não carregou|Verifique a sua internet|Tentar de novo/

const store = [
  ['account', addresses(await accountPlaces(customer))],
  ['guest', addresses(guestPlaces(product))],
]
const admin = addresses(await places(token, order, await returnedOrder(token)), '/admin')

/** Goes there within the app, as its links do. */
const goTo = (page, path) => page.evaluate((path) => history.pushState({}, '', path), path)

/** What can be read on the page but numbers: other tests buy meanwhile. */
const told = async (page) =>
  (await page.getByRole('main').innerText())
    .replace(/\d[\d.,]*/g, '0')
    .replace(/\b(mais|menos)\b/g, 'outro')

/** The page is another one than that with this heading, or says what is wrong,
 * and nothing on it turns. */
async function arrived(page, heading) {
  await page.waitForFunction(([heading, text]) => {
    const other = !heading?.isConnected || heading.innerText !== text
    const wrong = [...document.querySelectorAll('[role=alert]')].some((one) => one.checkVisibility())
    const waits = [...document.querySelectorAll('[aria-busy=true], .animate-spin')]
    const said = document.querySelector('main')?.innerText.trim()
    return said && (other || wrong) && !waits.some((one) => one.checkVisibility())
  }, heading)
}

/** Starts on a page, goes to the next one without a network, and gets there. */
async function away({ context, page }, from, to) {
  const banner = page.getByText('Sem conexão: o que você vê pode estar desatualizado.')
  const alert = page.getByRole('alert').getByText('Você está sem conexão').filter({ visible: true })
  if (new URL(page.url()).pathname + new URL(page.url()).search !== from) await page.goto(from)
  await settled(page)
  const seen = await told(page)
  const title = page.getByRole('heading', { level: 1 }).first()
  const heading = [await title.elementHandle(), await title.innerText()]
  await context.setOffline(true)
  try {
    await banner.waitFor()
    // The notice takes the room of a row or two, and rows may still be drawn.
    const now = (await told(page)).split('\n')
    const lines = seen.split('\n')
    const gone = lines.filter((line) => !now.includes(line))
    const lost = now.filter((line) => !lines.includes(line) && TROUBLE.test(line))
    assert.deepEqual(lost, [], 'nothing that is there is asked for and lost')
    assert.ok(gone.length <= lines.length / 5, `what is there stays, not gone: ${gone}`)
    await goTo(page, to)
    await arrived(page, heading)
    await banner.waitFor()
    const silent = (await alert.count()) === 0
    const shown = silent && (await told(page))
    await context.setOffline(false)
    await banner.waitFor({ state: 'detached' })
    await alert.first().waitFor({ state: 'detached' })
    await settled(page)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    if (silent) assert.equal(shown, await told(page), 'it says only what is so')
  } finally {
    await context.setOffline(false)
  }
}

/** A test for each way from one page to the next, and round. */
function eachWay(all, begin) {
  let one
  before(async () => {
    one = await visitor()
    await begin(one.page)
  })
  after(() => one.context.close())
  for (const [index, [name, from]] of all.entries()) {
    const [next, to] = all[(index + 1) % all.length]
    test(`${name} stays without a network, ${next} comes with it`, { timeout: 180_000 }, async () => {
      // The first page was read, and would show what it knows.
      if (index === all.length - 1) await one.page.goto('about:blank')
      await away(one, from, to)
    })
  }
}

const IN_TURN = { concurrency: 1 }

// Most of it is waiting: each group has its own visitor, and they go at once.
describe('offline', { concurrency: true }, () => {
  before(start)
  after(stop)

  describe('admin', IN_TURN, () => eachWay(admin, enter))
  for (const [who, all] of store) {
    describe(`store, ${who}`, IN_TURN, () =>
      eachWay(all, (page) => (who === 'account' ? login(page, customer) : page.goto('/'))))
  }

  describe('what was written', IN_TURN, () => {
    let context, page
    before(async () => {
      ;({ context, page } = await visitor())
      await enter(page)
    })
    after(() => context.close())

    const refused = () => page.getByRole('alert').getByText('Verifique a sua internet').first()
    const press = (name) => page.getByRole('button', { name, exact: true }).last().click()

    /** Sends twice: without a network and with it. */
    async function twice(send, kept, done) {
      await context.setOffline(true)
      await send()
      await refused().waitFor()
      const held = await kept.inputValue()
      await context.setOffline(false)
      await page.getByText('Sem conexão').waitFor({ state: 'detached' })
      await settled(page)
      assert.equal(await kept.inputValue(), held, 'what was written is there')
      await send()
      await done()
    }

    test('a product that was changed is saved when the network is back', { timeout: 180_000 }, async () => {
      const { id } = await call('/products', {
        method: 'POST',
        token,
        body: { name: 'Leque', slug: `leque-${Date.now()}`, sku: `LEQUE-${Date.now()}`, price: { amount: 1500, currency: 'BRL' } },
      })
      await page.goto(`/admin/produtos/${id}`)
      const name = page.getByRole('textbox', { name: 'Nome', exact: true })
      await name.fill('Leque de mão')
      await twice(() => press('Guardar'), name, async () => {
        await page.getByRole('heading', { level: 1, name: 'Leque de mão' }).waitFor()
      })
    })

    test('a note and a role are written once, however often they are sent', { timeout: 180_000 }, async () => {
      await page.goto(`/admin/pedidos/${order.number}`)
      const note = page.getByRole('textbox', { name: 'Nova anotação' })
      await note.fill('Ligar antes da entrega')
      await twice(() => press('Anotar'), note, async () => {
        await page.getByRole('main').locator('p, li, dd').getByText('Ligar antes da entrega').first().waitFor()
      })
      await page.goto('/admin/papeis')
      await press('Novo papel')
      const role = page.getByRole('dialog').locator('[name=role]')
      await role.fill(`papel-${Date.now() % 1e6}`)
      const called = await role.inputValue()
      await page.getByRole('dialog').getByRole('checkbox').first().check()
      await twice(() => press('Guardar'), role, async () => {
        await page.getByRole('main').getByText(called).first().waitFor()
      })
    })

    test('stock that could not be changed is told as it is', { timeout: 180_000 }, async () => {
      await page.goto('/admin/produtos?q=canela')
      await settled(page)
      await page.getByRole('main').getByRole('button', { name: /^Estoque de / }).first().click()
      const level = page.getByRole('dialog').getByRole('group', { name: /^Estoque de/ }).first()
      const was = await level.innerText()
      await context.setOffline(true)
      await level.getByRole('button', { name: /^Mais um de/ }).dblclick()
      await page.getByText('Verifique a sua internet').first().waitFor()
      await page.waitForFunction(([one, was]) => one.innerText === was, [await level.elementHandle(), was])
      await accessible(page, 'a change that did not get through')
      await context.setOffline(false)
    })
  })
})
