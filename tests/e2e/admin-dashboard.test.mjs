// How the shop sells, as staff sees it: the landing page and the reports.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { enter, staff, tokenOf } from './admin-places.mjs'
import { accessible, call, NARROW, settled, start, stop, visitor, WIDE } from './kit.mjs'

const token = await tokenOf(staff)

let page
let complaints

before(async () => {
  await start()
  ;({ page, complaints } = await visitor())
  await enter(page)
})
after(stop)

/** A test on the page of the staff, which had nothing to complain of. */
function work(name, act) {
  test(name, { timeout: 180_000 }, async () => {
    complaints.length = 0
    await page.goto('/admin/')
    await settled(page)
    await act()
    assert.deepEqual(complaints, [])
  })
}

const read = (path) => call(path, { token })
const money = (amount) =>
  new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }).format(amount / 100)

/** What stands in a tile. */
const tile = (label) =>
  page.locator('dl > div').filter({ has: page.getByText(label, { exact: true }) }).locator('dd').first()

/** Others buy meanwhile: what is shown is asked for until it is what is told. */
async function until(condition, what) {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) return
    await new Promise((done) => setTimeout(done, 200))
  }
  assert.fail(what)
}

async function again() {
  await page.reload()
  await settled(page)
}

describe('admin dashboard', () => {
  work('figures are those of the shop, and a sale moves them', async () => {
    const before = await read('/analytics/kpis')
    await until(async () => {
      await again()
      const { revenue, average_order } = await read('/analytics/kpis')
      return (
        (await tile('Faturamento').textContent()) === money(revenue.value.amount) &&
        (await tile('Valor médio').textContent()) === money(average_order.value.amount)
      )
    }, 'the figures of the shop')
    const product_id = (await call('/products?q=cafe&in_stock=true&limit=1')).data[0].id
    await call('/orders', {
      method: 'POST',
      token,
      headers: { 'Idempotency-Key': `dashboard-${Date.now()}` },
      body: { items: [{ product_id, quantity: 2 }] },
    })
    await until(
      async () => (await read('/analytics/kpis')).orders.value > before.orders.value,
      'the sale to be counted',
    )
    await again()
    const shown = Number((await tile('Pedidos').textContent()).replace(/\D/g, ''))
    assert.ok(shown > before.orders.value)
  })

  for (const [look, colorScheme, size] of [
    ['light', 'light', WIDE],
    ['dark', 'dark', WIDE],
    ['narrow', 'light', NARROW],
  ]) {
    work(`is accessible, ${look}`, async () => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(size)
      try {
        await page.locator('.uplot canvas').first().waitFor()
        await accessible(page, `dashboard, ${look}`)
        await page.goto('/admin/relatorios?grupo=region&por=total')
        await page.getByText('São Paulo').first().waitFor()
        await settled(page)
        await accessible(page, `reports, ${look}`)
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          'nothing is wider than the window',
        )
      } finally {
        await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
        await page.setViewportSize(WIDE)
      }
    })
  }

  work('each chart is a table too, by keyboard', async () => {
    const figure = page.getByRole('figure', { name: /Pedidos por dia/ })
    await until(async () => {
      await again()
      await figure.getByText('Ver os números').focus()
      await page.keyboard.press('Enter')
      await figure.locator('tbody td').nth(29).waitFor()
      const cells = await figure.locator('tbody td').allTextContents()
      assert.equal(cells.length, 30)
      const { data } = await read('/analytics/sales?granularity=total')
      return cells.reduce((sum, text) => sum + Number(text), 0) === data[0].orders
    }, 'the days to add up')
  })

  work('another span is in the address', async () => {
    await page.getByLabel('Período').selectOption('7')
    await page.waitForURL('**/admin/?days=7')
    await settled(page)
    const figure = page.getByRole('figure', { name: /Pedidos por dia/ })
    await figure.getByText('Ver os números').click()
    await figure.locator('tbody tr').nth(6).waitFor()
    assert.equal(await figure.locator('tbody tr').count(), 7)
    await page.goBack()
    await page.waitForURL('**/admin/')
  })

  work('a part that fails says so, and tries again', async () => {
    await page.route('**/api/v1/analytics/top-products*', (route) => route.abort())
    await page.goto('/admin/')
    const part = page.getByRole('region', { name: 'Mais vendidos' })
    await part.getByRole('alert').waitFor()
    await page.unroute('**/api/v1/analytics/top-products*')
    await part.getByRole('button', { name: 'Tentar de novo' }).click()
    await part.getByRole('listitem').first().waitFor()
    const told = complaints.splice(0)
    assert.ok(told.every((line) => line.includes('Failed to load resource')), told.join())
  })
})

describe('admin reports', () => {
  work('a group as a table and as a file', async () => {
    const { data } = await read('/analytics/sales?granularity=total&group_by=category&limit=1')
    await page.goto('/admin/relatorios')
    await page.getByLabel('Grupo').selectOption('category')
    await page.waitForURL('**/relatorios?*grupo=category*')
    await settled(page)
    await page.getByRole('row').filter({ hasText: data[0].name }).first().waitFor()
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Baixar CSV' }).click()
    const file = readFileSync(await (await waiting).path(), 'utf8')
    assert.match(file, /^\ufeffperiod;key;name;currency;orders;/)
    const line = file.split('\r\n').find((one) => one.includes(`;${data[0].name};BRL;`))
    assert.match(line, /^\d{4}-\d\d-\d\d;\d+;[^;]+;BRL;\d+;\d+;\d+,\d\d;/)
  })

  work('a span that is none is told, one in English is read', async () => {
    await page.goto('/admin/relatorios?de=2026-03-02&ate=2026-03-01')
    await page.getByText('O primeiro dia vem depois do último.').waitFor()
    const { from } = await read('/analytics/kpis')
    await page.goto(`/admin/relatorios?por=month&de=${from}`)
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('columnheader', { name: 'Net' }).waitFor()
    await settled(page)
    await accessible(page, 'reports in English')
    await page.getByRole('button', { name: 'Português' }).click()
    await page.getByRole('columnheader', { name: 'Líquido' }).waitFor()
  })
})
