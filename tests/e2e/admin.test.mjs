// The administration in a real browser against a running shop: catalogue and
// stock. What is changed is made for the test.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, halves, inspect, places, staff, tokenOf } from './admin-places.mjs'
import {
  accessible, accessibleInBoth, call, NARROW, newCustomer, press, reach, scrollThrough, settled, start, stop, url, visitor,
} from './kit.mjs'

before(start)
after(stop)

/** A test with somebody of the staff, who must have had nothing to complain. */
function work(name, job, options) {
  test(name, { timeout: 300_000 }, async () => {
    const one = await visitor(options)
    try {
      await enter(one.page)
      await job(one)
      assert.deepEqual(one.complaints, [])
    } finally {
      await one.context.close()
    }
  })
}

const token = await tokenOf(staff)
const all = await places(token, { number: 0, customer_id: '' })
let made = 0

/** A product that only this test has. */
async function newProduct(more = {}) {
  const name = `Prova ${Date.now()}${made++}`
  return call('/products', {
    method: 'POST',
    token,
    body: {
      name,
      sku: name.replaceAll(' ', '-').toUpperCase(),
      price: { amount: 1990, currency: 'BRL' },
      ...more,
    },
  })
}

/** The levels of a product, as the shop has them. */
const levels = async (id) => (await call(`/stock?product_ids=${id}`, { token })).data

describe('admin', () => {
  for (const [name, place] of halves(all)[0]) {
    work(`${name} and what opens on it is accessible`, ({ page }) => inspect(page, place))
  }

  work('a narrow page in English has its menu', async ({ page }) => {
    await page.goto('/admin/produtos')
    await settled(page)
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    await page.getByRole('button', { name: 'Menu' }).click()
    await accessible(page, 'menu')
    await page.getByRole('dialog').getByRole('link', { name: 'Categories' }).click()
    await page.waitForURL('**/admin/categorias')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= NARROW.width, `${wide} px wide`)
    await accessible(page, 'categories, in the dark')
  }, { colorScheme: 'dark', locale: 'en-US', viewport: NARROW })

  test('a customer is told that this is not the place', { timeout: 180_000 }, async () => {
    const { context, page, complaints } = await visitor()
    await page.goto('/admin/produtos?q=cafe')
    await page.waitForURL('**/admin/entrar**')
    await accessible(page, 'login')
    const { email, password } = await newCustomer()
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Senha').fill(password)
    await page.getByRole('button', { name: 'Entrar' }).click()
    await page.getByRole('heading', { name: 'Esta conta é de cliente' }).waitFor()
    await accessible(page, 'not staff')
    await page.getByRole('button', { name: 'Entrar com outra conta' }).click()
    await enter(page)
    assert.deepEqual(complaints, [])
    await context.close()
  })

  work('a product that is made here is in the store', async ({ page }) => {
    const name = `Caneca ${Date.now()}`
    await page.goto('/admin/produtos')
    await page.getByRole('button', { name: 'Novo produto' }).click()
    const dialog = page.getByRole('dialog', { name: 'Novo produto' })
    await accessible(page, 'new product')
    await dialog.getByLabel('Nome').fill(name)
    await dialog.getByLabel('SKU').fill(sku(name))
    await dialog.getByLabel('Preço').fill('1.234,50')
    await dialog.getByLabel('Estoque inicial').fill('3')
    await dialog.getByRole('button', { name: 'Criar' }).click()
    await page.getByText(`${name} foi criado.`).waitFor()
    await page.getByRole('link', { name: 'Abrir' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.goto(`/busca?q=${encodeURIComponent(name)}`)
    await page.getByRole('link', { name }).first().click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByText('R$\u00a01.234,50').first().waitFor()
  })

  work('pictures are sent, described, put in order, and in the store', async ({ page, complaints }) => {
    const product = await newProduct({ status: 'active' })
    await page.goto(`/admin/produtos/${product.id}`)
    const files = await pictures(page, [
      { name: 'Caneca azul.png', type: 'image/png', width: 40, height: 30 },
      { name: 'IMG_1234.jpg', type: 'image/jpeg', width: 3000, height: 1500 },
    ])
    const chosen = page.getByLabel('Escolher imagens')
    await chosen.setInputFiles([...files, { name: 'nota.png', mimeType: 'image/png', buffer: Buffer.from('x') }])
    await page.getByText('Não é uma imagem que se possa abrir.').waitFor()
    await page.getByRole('button', { name: 'Deixar' }).click()
    const alts = page.getByLabel('O que ela mostra')
    await alts.nth(1).fill('De cima')
    assert.equal(await alts.first().inputValue(), 'Caneca azul')
    await page.getByRole('button', { name: 'Imagem 2: para cima' }).click()
    await dropFile(page, chosen, 'outra.png')
    await alts.nth(2).waitFor()
    await accessible(page, 'pictures')
    await page.getByRole('button', { name: 'Guardar', exact: true }).click()
    await page.getByText('Guardado.').waitFor()

    const { images } = await call(`/products/${product.id}`)
    assert.deepEqual(
      images.map(({ alt, width, height }) => [alt, width, height]),
      [['De cima', 2000, 1000], ['Caneca azul', 40, 30], ['outra', 8, 8]],
    )
    const answer = await fetch(url + images[0].url)
    assert.equal(answer.headers.get('Content-Type'), 'image/webp')
    assert.equal(answer.headers.get('X-Content-Type-Options'), 'nosniff')
    assert.match(answer.headers.get('Cache-Control'), /immutable/)
    assert.match(answer.headers.get('Content-Security-Policy'), /sandbox/)
    await page.goto(`/produto/${product.slug}`)
    await page.getByRole('img', { name: 'De cima' }).first().waitFor()
    assert.deepEqual(complaints, [])
  })

  work('what the gateway refuses is said at its field', async ({ page, complaints }) => {
    const taken = await newProduct()
    await page.goto('/admin/produtos?novo=true')
    const dialog = page.getByRole('dialog', { name: 'Novo produto' })
    await dialog.getByLabel('Nome').fill('Outro')
    await dialog.getByLabel('SKU').fill(taken.variants[0].sku)
    await dialog.getByLabel('Preço').fill('10')
    const refused = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/products'))
    await dialog.getByRole('button', { name: 'Criar' }).click()
    assert.equal((await refused).status(), 409)
    const field = dialog.getByLabel('SKU')
    await dialog.getByText('Este SKU já é de outra variante.').waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    assert.equal(await dialog.getByLabel('Nome').inputValue(), 'Outro')
    assert.match(complaints.splice(0).join(), /^console: Failed to load resource[^,]*409[^,]*$/)
  })

  test('a quick change of stock by keyboard alone, narrow, is seen by somebody else', { timeout: 180_000 }, async () => {
    const product = await newProduct({ stock: { on_hand: 5 } })
    const place = `/admin/produtos?q=${encodeURIComponent(product.name)}`
    const [ana, bia] = [await visitor({ viewport: NARROW }), await visitor()]
    for (const { page } of [ana, bia]) {
      await enter(page)
      await page.goto(place)
    }
    const shown = ({ page }, count) =>
      page.getByRole('group', { name: `Estoque de ${product.name}` }).getByText(count, { exact: true }).waitFor()
    await shown(bia, '5')
    const more = ana.page.getByRole('button', { name: `Mais um de ${product.name}` })
    await press(ana.page, more)
    await shown(ana, '6')
    await ana.page.keyboard.press('Enter')
    await shown(bia, '7')
    await press(ana.page, ana.page.getByRole('button', { name: `Menos um de ${product.name}` }))
    await shown(bia, '6')
    assert.equal((await levels(product.id))[0].on_hand, 6)
    const wide = await ana.page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= NARROW.width, `${wide} px`)
    assert.deepEqual([...ana.complaints, ...bia.complaints], [])
    await ana.context.close()
    await bia.context.close()
  })

  work('the ledger tells who, when, why, and what was left', async ({ page }) => {
    const product = await newProduct({ stock: { on_hand: 5 } })
    const [level] = await levels(product.id)
    await page.goto(`/admin/estoque?q=${encodeURIComponent(product.name)}`)
    await page.getByRole('button', { name: `Ações de ${level.sku}` }).click()
    await accessible(page, 'menu of a level')
    await page.getByRole('menuitem', { name: 'Lançar movimento…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Lançar movimento' })
    await dialog.getByLabel('O que houve').selectOption({ label: 'Avaria' })
    await dialog.getByLabel('Quantidade').fill('2')
    await dialog.getByLabel('Motivo').fill('Caiu da prateleira')
    await accessible(page, 'movement')
    await dialog.getByRole('button', { name: 'Lançar' }).click()
    await page.getByText('agora há 3').waitFor()
    await page.goto(`/admin/estoque?razao=${level.variant_id}-${level.location_id}`)
    const ledger = page.getByRole('dialog', { name: 'Razão do estoque' })
    const entry = ledger.getByRole('listitem').filter({ hasText: 'Avaria' })
    await entry.getByText('−2').waitFor()
    assert.match(await entry.innerText(), /ficou 3[^]*Caiu da prateleira[^]*Ana Admin/)
    await settled(page)
    await accessible(page, 'ledger')
  })

  work('a level that moved meanwhile is not overwritten', async ({ page, complaints }) => {
    const product = await newProduct({ stock: { on_hand: 5 } })
    const [level] = await levels(product.id)
    await page.goto(`/admin/estoque?q=${encodeURIComponent(product.name)}`)
    await page.getByRole('button', { name: `Ações de ${level.sku}` }).click()
    await page.getByRole('menuitem', { name: 'Definir quantidade e mínimo…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Definir quantidade e mínimo' })
    await focused(page, dialog.getByLabel('Em estoque'))
    await dialog.getByLabel('Em estoque').fill('9')
    await call('/stock/movements', {
      method: 'POST',
      token,
      headers: { 'Idempotency-Key': `m${Date.now()}` },
      body: { variant_id: level.variant_id, kind: 'issue', delta: -1 },
    })
    await dialog.getByRole('button', { name: 'Guardar' }).click()
    await dialog.getByText('Outra pessoa mudou isto enquanto você editava.').waitFor()
    await accessible(page, 'conflict')
    await dialog.getByRole('button', { name: 'Recarregar' }).click()
    await page.waitForFunction(() => document.querySelector('input[name=on_hand]')?.value === '4')
    await dialog.getByLabel('Em estoque').fill('9')
    await dialog.getByRole('button', { name: 'Guardar' }).click()
    await dialog.waitFor({ state: 'hidden' })
    assert.equal((await levels(product.id))[0].on_hand, 9)
    assert.match(complaints.splice(0).join(), /^console: Failed to load resource[^,]*412[^,]*$/)
  })

  work('two people edit a product: neither loses work unasked', async ({ page, complaints }) => {
    const product = await newProduct()
    await page.goto(`/admin/produtos/${product.id}`)
    await page.getByLabel('Nome', { exact: true }).fill(`${product.name} meu`)
    await call(`/products/${product.id}`, { method: 'PATCH', token, body: { description: 'De outra pessoa' } })
    await page.getByRole('button', { name: 'Guardar', exact: true }).click()
    await page.getByText('Outra pessoa mudou isto enquanto você editava.').waitFor()
    await accessible(page, 'conflict of a product')
    await page.getByRole('button', { name: 'Guardar o meu por cima' }).click()
    await page.getByText('Guardado.').waitFor()
    const now = await call(`/products/${product.id}`, { token })
    assert.equal(now.name, `${product.name} meu`)
    assert.equal(now.description, 'De outra pessoa')
    complaints.splice(0)
    await page.getByLabel('Nome', { exact: true }).fill('Nem isto')
    await page.getByRole('link', { name: 'Produtos', exact: true }).first().click()
    await accessible(page, 'leaving')
    await page.getByRole('button', { name: 'Voltar' }).click()
    assert.equal(await page.getByLabel('Nome', { exact: true }).inputValue(), 'Nem isto')
  })

  work('related products are chosen by keyboard, put in order, and shown so by the store', async ({ page, complaints }) => {
    const word = `Par${Date.now()}`
    const [one, two] = [await newProduct({ name: `${word} bule` }), await newProduct({ name: `${word} xícara` })]
    const product = await newProduct()
    await page.goto(`/admin/produtos/${product.id}`)
    const part = page.getByRole('region', { name: 'Produtos relacionados' })
    await part.getByText('Nenhum escolhido').waitFor()
    const field = part.getByRole('combobox', { name: 'Acrescentar um produto' })
    for (const { name } of [one, two]) {
      await reach(page, field)
      await page.keyboard.type(name)
      await page.keyboard.press('Enter')
      await part.getByRole('link', { name }).waitFor()
    }
    // What lists do not tell of one that was found is there as well.
    await part.getByText(two.variants[0].sku).waitFor()
    const shown = async (list) =>
      (await list.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\n[^]*/, ''))
    await press(page, part.getByRole('button', { name: `${one.name}: para baixo` }))
    // At the end of the list it goes no further; the way back has the focus.
    const back = part.getByRole('button', { name: `${one.name}: para cima` })
    await focused(page, back)
    assert.deepEqual(await shown(part), [two.name, one.name])
    await accessibleInBoth(page, 'related products')
    await press(page, page.getByRole('button', { name: 'Guardar', exact: true }))
    await page.getByText('Guardado.').waitFor()
    assert.deepEqual(complaints, [])

    // Somebody else chooses, too: nobody's choice is lost unasked.
    await part.getByRole('button', { name: `Tirar ${two.name}` }).click()
    await call(`/products/${product.id}/related`, { method: 'PUT', token, body: { product_ids: [two.id] } })
    await page.getByRole('button', { name: 'Guardar', exact: true }).click()
    await page.getByText('Outra pessoa mudou isto enquanto você editava.').waitFor()
    await page.getByRole('button', { name: 'Recarregar e perder o que digitei' }).click()
    await back.waitFor({ state: 'detached' })
    assert.deepEqual(await shown(part), [two.name])
    assert.match(complaints.splice(0).join(), /^console: Failed to load resource[^,]*412[^,]*$/)

    await call(`/products/${product.id}`, { method: 'PATCH', token, body: { related_ids: [two.id, one.id] } })
    await page.goto(`/produto/${product.slug}`)
    const rail = page.getByRole('region', { name: 'Veja também' })
    await rail.getByRole('listitem').first().waitFor()
    const cards = await rail.getByRole('listitem').allInnerTexts()
    assert.ok(cards[0].includes(two.name) && cards[1].includes(one.name), cards.slice(0, 3).join())
  })

  work('variants are made from options', async ({ page }) => {
    const product = await newProduct()
    await page.goto(`/admin/produtos/${product.id}`)
    await page.getByRole('button', { name: 'Gerar variantes de opções…' }).click()
    await page.getByLabel('Opção 1', { exact: true }).fill('cor')
    await page.getByLabel('Valores da opção 1').fill('Azul, Preto')
    await page.getByRole('button', { name: 'Outra opção' }).click()
    await page.getByLabel('Opção 2', { exact: true }).fill('tamanho')
    await page.getByLabel('Valores da opção 2').fill('P, M')
    await accessible(page, 'generator')
    await page.getByRole('button', { name: 'Gerar 4 combinações' }).click()
    // The one without options was the whole product before.
    await page.getByRole('button', { name: /^Tirar PROVA/ }).last().click()
    await page.getByRole('button', { name: 'Guardar', exact: true }).click()
    await page.getByText('Guardado.').waitFor()
    const { variants } = await call(`/products/${product.id}`, { token })
    assert.deepEqual(
      variants.map(({ options, price }) => [options.cor, options.tamanho, price.amount]),
      [['Azul', 'P', 1990], ['Azul', 'M', 1990], ['Preto', 'P', 1990], ['Preto', 'M', 1990]],
    )
  })

  work('many products change in one call, seen before and after', async ({ page }) => {
    const word = `lote${Date.now()}`
    const several = [await newProduct({ name: `${word} a` }), await newProduct({ name: `${word} b` })]
    await page.goto(`/admin/produtos?q=${word}`)
    await page.getByRole('checkbox', { name: 'Escolher todas as carregadas' }).check()
    await page.getByRole('button', { name: 'Mudar…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Mudar 2 produtos' })
    await dialog.getByLabel('O que mudar').selectOption({ label: 'Preço' })
    await dialog.getByLabel('Por cento a mais ou a menos').fill('-10')
    await dialog.getByText('R$\u00a017,91').first().waitFor()
    await accessible(page, 'bulk change')
    let calls = 0
    page.on('request', (one) => (calls += one.url().endsWith('/products/batch') ? 1 : 0))
    await dialog.getByRole('button', { name: 'Mudar 2 produtos' }).click()
    await page.getByText('2 produtos mudados.').waitFor()
    assert.equal(calls, 1)
    for (const { id } of several) {
      assert.equal((await call(`/products/${id}`, { token })).price.amount, 1791)
    }
  })

  work('a table keeps its state in the address, and Back restores it', async ({ page }) => {
    await page.goto('/admin/produtos')
    await page.getByRole('button', { name: 'Preço' }).click()
    await page.waitForURL(/sort=price/)
    await page.getByRole('combobox', { name: 'Estoque' }).selectOption({ label: 'Esgotados' })
    await page.waitForURL(/stock=out/)
    await page.getByRole('button', { name: 'Colunas' }).click()
    await accessible(page, 'columns')
    await page.getByRole('menuitemcheckbox', { name: 'Endereço' }).click()
    await page.waitForURL(/cols=/)
    await page.keyboard.press('Escape')
    await page.getByRole('columnheader', { name: 'Endereço' }).waitFor()
    assert.equal(
      await page.getByRole('columnheader', { name: 'Preço' }).getAttribute('aria-sort'),
      'ascending',
    )
    await page.getByRole('button', { name: 'Vistas' }).click()
    await page.getByRole('menuitem', { name: 'Guardar esta vista…' }).click()
    const naming = page.getByRole('dialog', { name: 'Guardar esta vista' })
    await naming.getByLabel('Nome').fill('Esgotados baratos')
    await accessible(page, 'view')
    await naming.getByRole('button', { name: 'Guardar' }).click()
    const there = page.url()
    await page.getByRole('row').nth(1).getByRole('link').click()
    await page.getByRole('button', { name: 'Guardar', exact: true }).waitFor()
    await page.goBack()
    await page.waitForURL(there)
    await page.goto('/admin/produtos')
    await page.getByRole('button', { name: 'Vistas' }).click()
    await page.getByRole('menuitem', { name: 'Esgotados baratos' }).first().click()
    await page.waitForURL(there)
    await page.goto('/admin/estoque')
    await page.getByRole('button', { name: 'Vistas' }).click()
    assert.equal(await page.getByRole('menuitem', { name: 'Esgotados baratos' }).count(), 0)
  })

  work('a category is moved by keyboard', async ({ page }) => {
    const word = `C${Date.now()}`
    const above = await call('/categories', { method: 'POST', token, body: { name: `${word} a`, position: 900 } })
    const below = await call('/categories', { method: 'POST', token, body: { name: `${word} b`, position: 901 } })
    await page.goto('/admin/categorias')
    const row = page.getByRole('row', { name: below.name })
    await row.waitFor()
    await reach(page, page.getByRole('row').first())
    await page.keyboard.press('End')
    await page.waitForFunction((one) => one === document.activeElement, await row.elementHandle())
    // To its grip, lift, upwards onto the other one, drop.
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await focusOn(page, 'ArrowUp', above.name)
    await page.keyboard.press('Enter')
    await page.getByText('mudou de lugar.').waitFor()
    assert.equal((await call(`/categories/${below.id}`)).parent_id, above.id)
    await page.getByRole('button', { name: `Ações de ${above.name}` }).click()
    await page.getByRole('menuitem', { name: 'Apagar…' }).click()
    await page.getByText('tem categorias abaixo dela').waitFor()
    await page.getByRole('button', { name: `Ações de ${above.name}` }).click()
    await page.getByRole('menuitem', { name: 'Mudar nome e descrição…' }).click()
    await focused(page, page.getByRole('dialog').getByLabel('Nome'))
  })

  work('goods go to another location, by keyboard alone', async ({ page }) => {
    const product = await newProduct({ stock: { on_hand: 5 } })
    await page.goto('/admin/estoque/transferencia')
    const field = page.getByRole('combobox', { name: 'Produto ou SKU' })
    const list = page.getByRole('listbox', { name: 'Produto ou SKU' })
    await reach(page, field)
    await page.keyboard.type(product.variants[0].sku)
    await list.getByRole('option', { name: product.name }).waitFor()
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    assert.equal(await field.inputValue(), '', 'nothing was chosen')
    await field.focus()
    await page.keyboard.type(product.variants[0].sku)
    await list.getByRole('option', { name: product.name }).waitFor()
    await page.keyboard.press('Enter')
    assert.ok((await field.inputValue()).startsWith(product.name))
    const quantity = page.getByLabel('Quantidade')
    await reach(page, quantity)
    await page.keyboard.type('2')
    await page.keyboard.press('Enter')
    await page.getByText('2 transferidos.').waitFor()
    assert.deepEqual((await levels(product.id)).map(({ on_hand }) => on_hand).sort(), [2, 3])
  })

  work('a count books what differs', async ({ page }) => {
    const product = await newProduct({ stock: { on_hand: 2 } })
    const [level] = await levels(product.id)
    await page.goto('/admin/estoque/contagem')
    const code = page.getByLabel('Código lido')
    for (let read = 1; read <= 3; read++) {
      await code.fill(level.sku)
      await code.press('Enter')
      await page.waitForFunction(
        (count) => document.querySelector('tbody input')?.value === String(count),
        read,
      )
    }
    await accessible(page, 'count')
    await page.getByRole('button', { name: 'Lançar a contagem' }).click()
    await page.getByRole('button', { name: 'Lançar', exact: true }).click()
    await page.getByText('1 nível mudou').waitFor()
    assert.equal((await levels(product.id))[0].on_hand, 3)
  })

  work('a long table scrolls without blank rows', async ({ page }) => {
    await page.goto('/admin/produtos?sort=name')
    await settled(page)
    const blank = await scrollThrough(page, 120, 700)
    assert.equal(blank, 0)
    const first = await page.getByRole('row').nth(8).getAttribute('aria-rowindex')
    assert.ok(Number(first) > 400, `only at row ${first}`)
  })

  test('the policy of the pages holds', async () => {
    const { headers, status } = await fetch(`${url}/admin/produtos`)
    const policy = headers.get('Content-Security-Policy')
    assert.equal(status, 200)
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.equal(headers.get('Cache-Control'), 'no-cache')
    const page = await (await fetch(`${url}/admin/`)).text()
    const script = /src="(\/admin\/assets\/[^"]+\.js)"/.exec(page)[1]
    const asset = await fetch(url + script, { headers: { 'Accept-Encoding': 'gzip' } })
    assert.equal(asset.headers.get('Content-Encoding'), 'gzip')
    assert.match(asset.headers.get('Cache-Control'), /immutable/)
  })
})

/** This has the focus, be it that it came later than what it is in. */
async function focused(page, field) {
  await page.waitForFunction((one) => one === document.activeElement, await field.elementHandle())
}

/** Files of pictures, drawn by the browser. */
async function pictures(page, wanted) {
  const made = await page.evaluate(
    (wanted) =>
      Promise.all(
        wanted.map(async ({ type, width, height }) => {
          const canvas = new OffscreenCanvas(width, height)
          const to = canvas.getContext('2d')
          to.fillStyle = `rgb(${width % 256} 90 ${Date.now() % 256})`
          to.fillRect(0, 0, width, height)
          const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())
          return Array.from(bytes)
        }),
      ),
    wanted,
  )
  return wanted.map(({ name, type }, index) => ({ name, mimeType: type, buffer: Buffer.from(made[index]) }))
}

/** Lets a picture fall on what surrounds the field. */
async function dropFile(page, field, name) {
  const data = await page.evaluateHandle(async (name) => {
    const canvas = new OffscreenCanvas(8, 8)
    canvas.getContext('2d').fillRect(0, 0, 4, 4)
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    const transfer = new DataTransfer()
    transfer.items.add(new File([blob], name, { type: 'image/png' }))
    return transfer
  }, name)
  await field.locator('xpath=..').dispatchEvent('drop', { dataTransfer: data })
}

/** Presses a key until what has the focus names this, and nothing else. */
async function focusOn(page, key, name) {
  const seen = []
  for (let steps = 0; steps < 60; steps++) {
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    if (label.endsWith(name)) return
    seen.push(label)
    await page.keyboard.press(key)
  }
  assert.fail(`no such place to drop it: ${seen.join(', ')}`)
}

const sku = (name) => name.replaceAll(' ', '-').toUpperCase()
