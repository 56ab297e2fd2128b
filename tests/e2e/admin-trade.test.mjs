// The administration of what is sold, of who works here and of what goes on
// below, in a real browser against a running shop. One member of the staff is
// logged in for all of it.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { enter, halves, inspect, paidOrder, places, returnedOrder, staff, tokenOf } from './admin-places.mjs'
import { accessible, call, login, NARROW, newCustomer, settled, start, stop, url, visitor, WIDE } from './kit.mjs'

const unique = Date.now().toString(36)
const token = await tokenOf(staff)
const newOrder = (options) => paidOrder(token, options)
const order = await newOrder()
const all = await places(token, order, await returnedOrder(token))

let page
let complaints
let context

before(async () => {
  await start()
  ;({ context, page, complaints } = await visitor())
  await enter(page)
})
after(stop)

/** A test on the page of the staff, which had nothing to complain of. */
function work(name, body) {
  test(name, { timeout: 300_000 }, async () => {
    complaints.length = 0
    await body()
    assert.deepEqual(complaints, [])
  })
}

const money = (amount) =>
  new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' })
    .format(amount / 100)
    .replace(/\s/g, '\u00a0')

const dialog = () => page.getByRole('dialog')
const button = (name, within = page) => within.getByRole('button', { name, exact: true })

/** The text of the file that a button hands out. */
async function downloaded(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: 45_000 }), button(name, page).click()])
  return readFile(await file.path(), 'utf8')
}

async function openOrder(order) {
  await page.goto(`/admin/pedidos/${order.number}`)
  await page.getByRole('heading', { level: 1, name: `Pedido ${order.number}` }).waitFor()
}

describe('admin sells', () => {
  work('an order leaves in two parcels and arrives', async () => {
    const order = await newOrder()
    await page.goto('/admin/pedidos')
    await page.getByRole('link', { name: String(order.number), exact: true }).click()
    await page.getByText('A enviar: 3 de 3').waitFor()

    await button('Enviar').click()
    await dialog().getByLabel(order.items[0].name).fill('4')
    await button('Foi enviado', dialog()).click()
    await dialog().getByText('De 0 a 3.').waitFor()
    await dialog().getByLabel(order.items[0].name).fill('1')
    await dialog().getByLabel('Transportadora').fill('Correios')
    await dialog().getByLabel('Código de rastreio').fill('BR123456789BR')
    await accessible(page, 'a parcel')
    await button('Foi enviado', dialog()).click()
    await page.getByText('A enviar: 2 de 3').waitFor()
    await page.getByText('BR123456789BR').first().waitFor()

    // The rest by keyboard alone.
    await button('Enviar').focus()
    await page.keyboard.press('Enter')
    await dialog().waitFor()
    await dialog().getByLabel(order.items[0].name).press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await page.getByText('Tudo enviado').waitFor()
    for (const _ of [1, 2]) await button('Chegou').first().click()
    await page.getByText('Tudo entregue').waitFor()
    assert.equal((await call(`/orders/${order.id}`, { token })).status, 'delivered')
  })

  work('a paid order is refunded in part and then whole', async () => {
    const order = await newOrder()
    const total = order.total.amount
    await openOrder(order)
    await button('Reembolsar').click()
    await dialog().getByText(`Resta ${money(total)} deste pagamento`).waitFor()
    await dialog().getByLabel('Valor a devolver').fill('999999')
    await button('Devolver o valor', dialog()).click()
    await dialog().getByText(`É mais do que resta: ${money(total)}.`).waitFor()

    // One of three units of the line, and nothing of it twice.
    const [line] = order.items
    const part = Math.round(line.total.amount / line.quantity)
    await dialog().getByLabel('O preço de itens').check()
    const units = dialog().getByLabel(line.name)
    await units.fill('4')
    await button('Devolver o valor', dialog()).click()
    await dialog().getByText('De 0 a 3.').waitFor()
    await units.fill('1')
    await dialog().getByRole('status').getByText(money(part)).waitFor()
    await dialog().getByLabel('Motivo').fill('Veio com defeito')
    await accessible(page, 'refund of items')
    await button('Devolver o valor', dialog()).click()
    await page.getByRole('list', { name: 'Reembolsos' }).getByText(money(part)).waitFor()
    await page.getByText('Veio com defeito').first().waitFor()

    await button('Reembolsar').click()
    await dialog().getByLabel('O preço de itens').check()
    await dialog().getByText('até 2').waitFor()
    await dialog().getByLabel('Um valor').check()
    await dialog().getByText(`Resta ${money(total - part)} deste pagamento`).waitFor()
    await button('Devolver o valor', dialog()).click()
    await page.getByRole('list', { name: 'Reembolsos' }).getByText(money(total - part)).waitFor()
    await page.getByRole('heading', { level: 1 }).getByText('Cancelado').waitFor()
    await button('Reembolsar').waitFor({ state: 'detached' })
    const [payment] = (await call(`/orders/${order.id}/payments`, { token })).data
    assert.equal(payment.refunded.amount, total)
  })

  work('what a buyer gives back is found, agreed to, received and paid back', async () => {
    const order = await returnedOrder(token)
    await page.goto('/admin/devolucoes')
    await page.getByLabel('Situação', { exact: true }).selectOption('requested')
    await page.waitForURL('**/devolucoes?status=requested')
    await button(`Pedido ${order.number}, devolução 1`).click()
    await dialog().getByText('Veio na cor errada').waitFor()
    await button('Aprovar', dialog()).click()
    await button('Registrar chegada', dialog()).click()
    await button('Chegou').click()
    await button('Devolver o valor', dialog()).click()
    await button('Devolver o valor', dialog().last()).click()
    const [line] = order.items
    await dialog().getByText(`Devolvido: ${money(Math.round(line.total.amount / line.quantity))}`).waitFor()
    await accessible(page, 'a return')
    await page.keyboard.press('Escape')
    await page.getByLabel('Situação', { exact: true }).selectOption('received')
    await button(`Pedido ${order.number}, devolução 1`).waitFor()
    const [one] = (await call(`/orders/${order.id}/returns`, { token })).data
    assert.equal(one.items[0].restocked, 1)
  })

  work('what is in an order is changed before it leaves', async () => {
    const order = await newOrder({ quantity: 2 })
    const [line] = order.items
    const levels = (await call('/stock?q=camiseta&limit=50', { token })).data
    const other = levels.find(({ available }) => available > 5)
    await openOrder(order)
    await button('Mudar os itens').click()
    await dialog().getByLabel(line.name).fill('1')
    await dialog().getByRole('combobox', { name: 'Pôr no pedido' }).fill(other.sku)
    await dialog().getByRole('option').filter({ hasText: other.sku }).first().click()
    await button('Mudar o pedido', dialog()).click()
    await dialog().getByText(/^Faltam R\$/).waitFor()
    await button(/^Tirar /, dialog()).click()
    await button('Mudar o pedido', dialog()).click()
    await dialog().waitFor({ state: 'detached' })
    await page.getByText('Pedido alterado').waitFor()
    const now = await call(`/orders/${order.id}`, { token })
    assert.deepEqual(now.items.map(({ quantity }) => quantity), [1])
    complaints.splice(0, Infinity, ...complaints.filter((one) => !one.includes('409')))
  })

  work('who is late is told, and loses neither change', async () => {
    const order = await newOrder({ quantity: 1 })
    await openOrder(order)
    await button('Cancelar').click()
    await call(`/orders/${order.id}/notes`, { method: 'POST', token, body: { note: 'Ligar antes' } })
    await button('Cancelar o pedido', dialog()).click()
    await dialog().getByText('Outra pessoa mudou isto').waitFor()
    await page.getByText('Ligar antes').waitFor()
    await button('Cancelar o pedido', dialog()).click()
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1 }).getByText('Cancelado').waitFor()
    complaints.splice(0, Infinity, ...complaints.filter((one) => !one.includes('412')))
  })

  work('a note and another address stay with the order', async () => {
    const order = await newOrder({ quantity: 1 })
    await openOrder(order)
    await page.getByLabel('Nova anotação').fill('Embrulhar para presente')
    await button('Anotar').click()
    await page.getByText('Embrulhar para presente').waitFor()
    await button('Mudar endereço').click()
    await dialog().getByLabel('Rua').fill('Avenida Paulista')
    await button('Guardar', dialog()).click()
    await page.getByText('Avenida Paulista, 42').waitFor()
  })

  work('a receipt is a page to keep, of what was bought and paid, for the shop and for its buyer', async () => {
    const buyer = await newCustomer()
    const order = await newOrder({ buyer })
    const [line] = order.items
    await openOrder(order)
    const kept = await downloaded(page, 'Recibo')
    const other = await visitor({ locale: 'en-US', viewport: NARROW })
    const paper = other.page
    try {
      await paper.setContent(kept)
      await paper.getByRole('heading', { level: 1, name: `Recibo do pedido ${order.number}` }).waitFor()
      const told = paper.getByRole('row').filter({ hasText: line.name }).filter({ hasText: line.sku })
      await told.getByRole('cell', { name: money(line.total.amount) }).waitFor()
      await paper.getByRole('row', { name: `Total ${money(order.total.amount)}`, exact: true }).waitFor()
      await accessible(paper, 'receipt')
      const wide = await paper.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(wide <= NARROW.width, `${wide} px wide`)

      await login(paper, buyer)
      await paper.goto(`/conta/pedidos/${order.id}`)
      assert.ok((await downloaded(paper, 'Receipt')).includes(`Receipt of order ${order.number}`))
      assert.deepEqual(other.complaints, [])
    } finally {
      await other.context.close()
    }
  })

  work('bags that were left are listed: whose they are, what is in them, since when', async () => {
    const { name, email, password } = await newCustomer()
    const buyer = await tokenOf({ email, password })
    const { id } = await call('/me', { token: buyer })
    const { data } = await call('/stock?q=canela&limit=200', { token })
    const items = [{ variant_id: data.find(({ available }) => available > 50).variant_id, quantity: 2 }]
    const left = await call('/carts', { method: 'POST', token: buyer, body: { items } })
    await call('/carts', { method: 'POST', body: { items } })

    // Everything as the shop tells it, but the hours are not waited for.
    const asked = []
    await page.route('**/admin/carts/abandoned?*', (route) => {
      const to = new URL(route.request().url())
      asked.push(to.searchParams.get('hours'))
      to.searchParams.set('hours', '0')
      return route.continue({ url: to.href })
    })
    try {
      await page.goto('/admin/sacolas-abandonadas')
      const link = page.locator(`a[href$="/clientes/${id}"]`)
      const row = page.getByRole('row').filter({ has: link })
      const { subtotal } = left
      await row.getByText(money(subtotal.amount)).waitFor()
      await row.getByRole('link', { name }).waitFor()
      await row.getByRole('cell', { name: '2', exact: true }).waitFor()
      await page.getByRole('cell', { name: 'Visitante' }).first().waitFor()
      await settled(page)
      await accessible(page, 'bags that were left')
      await page.getByLabel('Parada há').selectOption({ label: 'Mais de 7 dias' })
      await page.waitForURL('**/sacolas-abandonadas?dias=7')
      await settled(page)
      assert.deepEqual([asked[0], asked.at(-1)], [null, '168'])

      await page.setViewportSize(NARROW)
      const card = page.getByRole('listitem').filter({ has: link })
      await card.getByText(money(subtotal.amount)).waitFor()
      await accessible(page, 'bags that were left, narrow')
      await link.click()
      await page.waitForURL(`**/clientes/${id}`)
    } finally {
      await page.unroute('**/admin/carts/abandoned?*')
      await page.setViewportSize(WIDE)
    }
  })

  work('the table of orders is narrowed, and Back keeps it so', async () => {
    await page.goto('/admin/pedidos')
    await page.getByLabel('Status', { exact: true }).selectOption('canceled')
    await page.waitForURL('**/pedidos?status=canceled')
    const orders = page.getByRole('row').filter({ has: page.getByRole('link') })
    await orders.filter({ hasNotText: 'Cancelado' }).first().waitFor({ state: 'detached' })
    // What others cancel meanwhile comes above it.
    const number = await orders.first().getByRole('link').textContent()
    await page.getByRole('link', { name: number, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: `Pedido ${number}` }).waitFor()
    await page.goBack()
    await page.waitForURL('**/pedidos?status=canceled')
    assert.equal(await page.getByLabel('Status', { exact: true }).inputValue(), 'canceled')
    const [, ...lines] = (await downloaded(page, 'Exportar')).trim().split('\r\n')
    assert.ok(lines.length > 0 && lines.every((line) => line.includes(',canceled,')))
    await page.getByPlaceholder('Número ou referência').fill(number)
    await page.waitForURL(`**q=${number}`)
    await page.getByText('1 de 1 carregadas').waitFor()
  })

  work('a coupon that is made here counts in a checkout', async () => {
    const code = `E2E${unique}`.toUpperCase()
    await page.goto('/admin/promocoes')
    await page.getByRole('link', { name: 'Nova promoção' }).click()
    await page.getByLabel('Nome').fill('Semana do teste')
    await page.getByLabel('Código do cupom').fill(code)
    await page.getByLabel('Porcentagem').fill('cem')
    await button('Guardar').click()
    await page.getByText('Escreva uma porcentagem').waitFor()
    await page.getByLabel('Porcentagem').fill('12,5')
    await button('Guardar').click()
    await page.waitForURL(/promocoes\/\d+$/)
    const order = await newOrder({ coupon: code })
    assert.equal(order.promotions[0].code, code)
    assert.equal(order.discount_total.amount, Math.round(order.subtotal.amount / 8))
    await page.reload()
    await page.getByText('Usada 1 vez', { exact: true }).waitFor()

    // Somebody else renames it meanwhile: both changes are kept.
    const id = Number(page.url().split('/').at(-1))
    await page.getByLabel('Usos ao todo').fill('500')
    await call(`/promotions/${id}`, { method: 'PATCH', token, body: { name: 'Semana da festa' } })
    await button('Guardar').click()
    await page.getByText('Outra pessoa mudou isto').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Semana da festa' }).waitFor()
    await button('Guardar').click()
    await page.getByText('Promoção guardada.').waitFor()
    const kept = await call(`/promotions/${id}`, { token })
    assert.deepEqual([kept.name, kept.total_limit], ['Semana da festa', 500])
    complaints.splice(0, Infinity, ...complaints.filter((one) => !one.includes('412')))
  })

  work('a price list, a tax rate and a shipping method are made and unmade', async () => {
    await page.goto('/admin/listas-de-precos/nova')
    await page.getByLabel('Nome').fill('Atacado')
    await page.getByLabel('Código').fill(`a${unique}`)
    await button('Guardar').click()
    await page.getByText('Nenhum preço ainda').waitFor()
    const { sku } = (await call('/products/1')).variants[0]
    await button('Pôr um preço').click()
    await dialog().getByLabel('SKU').fill(sku)
    await dialog().getByLabel('Preço (BRL)').fill('1.234,50')
    await dialog().getByLabel('A partir da quantidade').fill('10')
    await button('Guardar', dialog()).click()
    await page.getByText(money(123450)).waitFor()
    await page.getByText('a partir de 10').waitFor()
    await button('Apagar').click()
    await button('Apagar', dialog()).click()
    await page.waitForURL('**/listas-de-precos')

    await page.goto('/admin/impostos')
    await button('Nova alíquota').click()
    await dialog().getByLabel('Nome').fill('IVA')
    await dialog().getByLabel('Região').fill(`PT-${unique}`.slice(0, 8).toUpperCase())
    await dialog().getByLabel('Porcentagem').fill('23')
    await button('Guardar', dialog()).click()
    const rate = page.getByRole('listitem').filter({ hasText: 'IVA' })
    await rate.getByText('23%').waitFor()
    await button('Apagar', rate).click()
    await button('Apagar', dialog()).click()
    await rate.waitFor({ state: 'detached' })

    await page.goto('/admin/entregas')
    await button('Nova forma').click()
    await dialog().getByLabel('Nome').fill(`Bicicleta ${unique}`)
    await dialog().getByLabel('Código').fill(`bici-${unique}`)
    await dialog().getByLabel('Custa (BRL)').fill('7,5')
    await dialog().getByLabel('Peso menor que (kg)').fill('2,5')
    await button('Guardar', dialog()).click()
    const method = page.locator('section').filter({ hasText: `bici-${unique}` })
    await method.getByText(money(750)).waitFor()
    await method.getByText('menos de 2,5 kg').waitFor()
    await button('Apagar', method).click()
    await button('Apagar', dialog()).click()
    await method.waitFor({ state: 'detached' })
  })
})

describe('admin gives credit', () => {
  work('a gift card is issued, told once, paid with, adjusted and blocked', async () => {
    await page.goto('/admin/pedidos')
    await page.getByRole('link', { name: 'Vales-presente e crédito' }).click()
    await button('Emitir vale').click()
    await dialog().getByLabel('Valor').fill('10,00')
    await dialog().getByLabel('Vale até').fill('2001-01-01T00:00')
    await button('Emitir', dialog()).click()
    await dialog().getByText('Já passou.', { exact: true }).waitFor()
    await dialog().getByLabel('Vale até').fill('')
    await dialog().getByLabel('Anotação').fill(`Sorteio ${unique}`)
    await button('Emitir', dialog()).click()
    const code = await dialog().getByLabel('Código').inputValue()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await button('Copiar', dialog()).click()
    await button('Copiado', dialog()).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code)
    await accessible(page, 'the code')
    await button('Guardei', dialog()).click()
    await page.getByText(code).waitFor({ state: 'detached' })

    const order = await newOrder({ quantity: 1, code })
    await page.getByLabel('Últimos 4 do código').fill(code)
    await page.waitForURL(`**final=${code.slice(-4)}`)
    await button(`Final ${code.slice(-4)}`).click()
    await dialog().getByText(`Sorteio ${unique}`).waitFor()
    await dialog().getByText('Pagou um pedido').waitFor()

    // Until when it holds, and why it was made; nothing else of it moves.
    await button('Mudar prazo e anotação', dialog()).click()
    const change = dialog().last()
    await change.getByLabel('Vale até').fill('2099-12-31T23:59')
    await change.getByLabel('Anotação').fill(`Prêmio ${unique}`)
    await button('Guardar', change).click()
    await dialog().getByText(`Prêmio ${unique}`).waitFor()
    await dialog().getByText('31 de dez. de 2099, 23:59').waitFor()
    await button('Ajustar o saldo', dialog()).click()
    const sheet = dialog().last()
    await sheet.getByLabel('O que fazer').selectOption('take')
    await sheet.getByLabel('Valor (BRL)').fill('999,00')
    await sheet.getByLabel('Motivo').fill('Correção')
    await button('Guardar', sheet).click()
    await sheet.getByText('Saldo insuficiente').waitFor()
    await sheet.getByLabel('O que fazer').selectOption('add')
    await button('Guardar', sheet).click()
    await dialog().getByText('Correção').waitFor()
    await button('Bloquear', dialog()).click()
    await button('Bloquear o vale').click()
    await dialog().getByText('Bloqueado', { exact: true }).waitFor()
    await accessible(page, 'a gift card')
    const [card] = (await call(`/gift-cards?hint=${code.slice(-4)}`, { token })).data
    assert.equal(card.active, false)
    const entries = (await call(`/credits/${card.id}/entries`, { token })).data
    assert.deepEqual(entries.map(({ kind }) => kind), ['adjust', 'spend', 'issue'])
    assert.equal(entries[1].order_id, order.id)
    await page.reload()
    await dialog().getByText('Correção').waitFor()
    await page.keyboard.press('Escape')
    await page.getByLabel('Situação', { exact: true }).selectOption('true')
    await page.getByText('Nada encontrado').waitFor()
    complaints.splice(0, Infinity, ...complaints.filter((one) => !/409|422/.test(one)))
  })

  work('a gift card is mailed, with a code that only the mail tells', async () => {
    const amount = { amount: 5000, currency: 'BRL' }
    const card = await call('/gift-cards', { method: 'POST', token, body: { amount } })
    await page.goto(`/admin/vales-presente?aberto=${card.id}`)
    await button('Enviar por e-mail', dialog()).click()
    await dialog().last().getByLabel('E-mail').fill(`bia${unique}@cliente.example`)
    await dialog().last().getByLabel('Recado').fill('Feliz aniversário!')
    await button('Enviar', dialog().last()).click()
    await page.getByText('O vale está a caminho.').waitFor()
    const { hint } = await call(`/gift-cards/${card.id}`, { token })
    await page.getByRole('heading', { name: `Vale-presente, final ${hint}` }).waitFor()
    assert.notEqual(hint, card.code.slice(-4))
  })

  work('what is given up of an order becomes credit of its buyer, who gets more', async () => {
    const order = await newOrder()
    const [line] = order.items
    await openOrder(order)
    await button('Cancelar o que falta').click()
    await dialog().getByLabel(line.name).fill('2')
    await dialog().getByLabel('Para onde').selectOption('store_credit')
    await button('Cancelar estas unidades', dialog()).click()
    await page.getByText('A enviar: 1 de 1').waitFor()
    await page.getByText('Parte do pedido cancelada', { exact: true }).waitFor()
    await page.getByText('cancelados: 2').waitFor()
    const left = order.total.amount - Math.round((line.total.amount / 3) * 2)
    await page.locator('dt', { hasText: 'Fica' }).locator('..').getByText(money(left)).waitFor()
    await page.getByText(`2 × ${line.name}`).waitFor()
    const back = page.getByRole('list', { name: 'Reembolsos' })
    await back.getByRole('link', { name: 'crédito na loja' }).click()
    const [{ id, balance }] = (await call(`/customers/${order.customer_id}/store-credit`, { token })).data
    await page.waitForURL('**/clientes/**')
    await button('Dar crédito').waitFor()
    await page.getByText(money(balance.amount), { exact: true }).first().waitFor()
    await button('Dar crédito').click()
    await dialog().getByLabel('Valor').fill('0')
    await button('Dar crédito', dialog()).click()
    await dialog().getByText('Escreva um valor').waitFor()
    await dialog().getByLabel('Valor').fill('12,50')
    await dialog().getByLabel('Motivo').fill('Desculpas pelo atraso')
    await button('Dar crédito', dialog()).click()
    await button('Ver o razão (BRL)').click()
    await dialog().getByText('Devolvido de um pedido').waitFor()
    await dialog().getByText('Desculpas pelo atraso').waitFor()
    await dialog().getByText(money(balance.amount + 1250), { exact: true }).waitFor()
    await accessible(page, 'store credit')
    assert.equal((await call(`/credits/${id}/entries`, { token })).data[0].delta.amount, 1250)
  })
})

describe('admin works here', () => {
  work('a user is made, kept out and let in; a role is made', async () => {
    await page.goto('/admin/usuarios')
    await button('Novo usuário').click()
    await dialog().getByLabel('Nome').fill('Bia Balcão')
    await dialog().getByLabel('E-mail').fill(`bia${unique}@loja.example`)
    await dialog().getByLabel('Senha').fill('ventania 42 azulejos')
    await button('Guardar', dialog()).click()
    await page.getByRole('heading', { level: 1, name: 'Bia Balcão' }).waitFor()
    await button('Desativar').click()
    await button('Desativar', dialog()).click()
    await page.getByRole('heading', { level: 1 }).getByText('Desativado').waitFor()
    await button('Ativar').click()
    await page.getByRole('heading', { level: 1 }).getByText('Ativo').waitFor()

    await page.goto('/admin/papeis')
    await button('Novo papel').click()
    await dialog().getByLabel('Nome').fill(`caixa-${unique}`)
    await button('Guardar', dialog()).click()
    await dialog().getByText('Escolha ao menos uma permissão.').waitFor()
    await dialog().getByLabel('Ver todos os pedidos').check()
    await button('Guardar', dialog()).click()
    await page.getByRole('heading', { name: `caixa-${unique}` }).waitFor()
  })

  work('a customer is found, corrected, and has orders', async () => {
    const order = await newOrder({ quantity: 1 })
    await page.goto('/admin/clientes')
    await page.getByPlaceholder('Nome ou e-mail').fill(order.email)
    await page.getByText('1 de 1 carregadas').waitFor()
    await page.getByRole('link', { name: 'Ana Souza' }).click()
    await page.getByRole('link', { name: `Pedido ${order.number}` }).waitFor()
    await button('Corrigir dados').click()
    await dialog().getByLabel('Telefone').fill('+55 13 91234-5678')
    await button('Guardar', dialog()).click()
    await page.getByText('+55 13 91234-5678').waitFor()
  })

  work('a webhook shows its secret once, is tried and goes', async () => {
    await page.goto('/admin/webhooks')
    await button('Novo webhook').click()
    await dialog().getByLabel('Endereço').fill('https://example.com/hooks/shop')
    await dialog().getByLabel('Descrição').fill(`Estoque ${unique}`)
    await dialog().getByLabel('Eventos').fill('order.paid order.*')
    await button('Guardar', dialog()).click()
    const secret = await dialog().getByLabel('Segredo').inputValue()
    assert.match(secret, /^whsec_/)
    await accessible(page, 'the secret')
    await button('Guardei', dialog()).click()
    await page.getByRole('heading', { level: 1, name: `Estoque ${unique}` }).waitFor()
    assert.equal(await page.getByText(secret).count(), 0)

    await button('Trocar o segredo').click()
    await button('Trocar', dialog()).click()
    assert.notEqual(await dialog().getByLabel('Segredo').inputValue(), secret)
    await button('Guardei', dialog()).click()
    await page.getByText('O segredo anterior assina até').waitFor()

    await button('Enviar um teste').click()
    await page.getByText('webhook.test').first().waitFor()
    await button('Ver').first().click()
    await dialog().getByText('webhook-id').waitFor()
    await accessible(page, 'a delivery')
    await page.keyboard.press('Escape')
    await button('Desativar').click()
    await page.getByRole('heading', { level: 1 }).getByText('Desativado').waitFor()
    await button('Apagar').click()
    await button('Apagar', dialog()).click()
    await page.waitForURL('**/webhooks')
  })
})

describe('admin keeps the shop', () => {
  const kept = async (key) =>
    (await call('/admin/settings', { token })).data.find((one) => one.key === key)

  work('a setting is changed, refused, and changed on top of somebody else', async () => {
    await page.goto('/admin/ajustes')
    const days = page.getByLabel('Dias que uma sacola parada é guardada')
    const form = page.locator('form').filter({ has: days })
    const next = Number(await days.inputValue()) === 45 ? '46' : '45'
    await days.fill(next)
    await button('Guardar', form).click()
    await page.getByText('Guardado.', { exact: true }).waitFor()
    assert.equal((await kept('cart.keep_days')).value, Number(next))

    await call('/admin/settings/cart.keep_days', { method: 'PUT', token, body: { value: 60 } })
    await days.fill('61')
    await button('Guardar', form).click()
    await form.getByText('Outra pessoa mudou isto').waitFor()
    await button('Guardar', form).click()
    await button('Guardar', form).waitFor({ state: 'detached' })
    assert.equal((await kept('cart.keep_days')).value, 61)

    const term = page.locator('form').filter({ hasText: 'Prazo para pedir devolução' })
    await term.getByLabel('Quantidade').fill('20')
    await term.getByLabel('Unidade').selectOption('year')
    await button('Guardar', term).click()
    await term.getByText('1 dias – 10 anos').waitFor()
    await button('Desfazer', term).click()
    assert.match((await kept('returns.window')).value, /^\d+ day/)
    complaints.splice(0, Infinity, ...complaints.filter((one) => !/412|422/.test(one)))
  })

  work('the cache tells what it holds, and is emptied', async () => {
    await call('/products/1')
    await page.goto('/admin/saude')
    const share = page.locator('dt', { hasText: 'Respondidas por ele' }).locator('..').locator('dd')
    await share.filter({ hasText: '%' }).waitFor()
    // Others ask meanwhile, and may be the first to.
    let said
    for (let tries = 0; tries < 5 && said !== 'MISS'; tries++) {
      await button('Esvaziar').click()
      await button('Esvaziar', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      await page.getByText('O cache foi esvaziado.').first().waitFor()
      said = (await fetch(`${url}/api/v1/products/1`)).headers.get('X-Cache')
    }
    assert.equal(said, 'MISS')
  })
})

describe('admin imports', () => {
  const csv = (price) =>
    `Código;Título;Preço da etiqueta;Fornecedor;Cor
IMP-${unique}-1;Lápis ${unique};${price};Faber;Azul
IMP-${unique}-2;Borracha ${unique};muito;Mercur;Branca
`

  work('a file with a wrong row is mapped, rehearsed, imported and mended', async () => {
    await page.goto('/admin/importacoes')
    await page.getByRole('link', { name: 'Importar um arquivo' }).click()
    await page.getByLabel(/solte aqui/).setInputFiles({
      name: 'papelaria.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csv('2,50')),
    })
    await page.getByText('separado por ponto e vírgula').waitFor()
    await page.getByLabel('O que é a coluna Preço da etiqueta').selectOption('price')
    await page.getByLabel('O que é a coluna Cor').selectOption('attr')
    await accessible(page, 'columns of an import')
    await button('Ensaiar').click()
    await page.getByText('Foi só um ensaio: nada mudou.').waitFor()
    await page.getByRole('row').filter({ hasText: 'Mercur' }).waitFor()
    await accessible(page, 'a rehearsal')
    await button('Importar de verdade').click()
    await page.getByText('O arquivo foi importado.').waitFor()

    const made = (await call(`/products?q=IMP-${unique}-1`, { token })).data[0]
    assert.equal(made.name, `Lápis ${unique}`)
    assert.equal((await call('/products?q=IMP-' + unique + '-2', { token })).data.length, 0)

    // The file of errors, corrected, is a file again.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button('Baixar o arquivo de erros').click(),
    ])
    assert.equal(download.suggestedFilename(), 'papelaria-erros.csv')
    const text = await readFile(await download.path(), 'utf8')
    assert.match(text, /^import_line;import_error;/)
    await page.goto('/admin/importacoes/nova')
    await page.getByLabel(/solte aqui/).setInputFiles({
      name: 'corrigido.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text.replaceAll('muito', '1,20')),
    })
    await button('Ensaiar').click()
    await button('Importar de verdade').click()
    await page.getByText('O arquivo foi importado.').waitFor()
    await page.getByText('Linhas recusadas').waitFor()
    assert.equal((await call('/products?q=IMP-' + unique + '-2', { token })).data[0].name, `Borracha ${unique}`)
  })

  work('what is exported is what is there: its import changes nothing', async () => {
    await page.goto('/admin/importacoes')
    const rows = (await downloaded(page, 'Exportar produtos')).split('\r\n')
    await page.goto('/admin/importacoes/nova')
    await page.getByLabel(/solte aqui/).setInputFiles({
      name: 'produtos.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${[rows[0], ...rows.slice(-301, -1)].join('\r\n')}\r\n`),
    })
    await button('Ensaiar').click()
    await page.getByText('Foi só um ensaio: nada mudou.').waitFor()
    const count = async (name) =>
      (await page.locator('dt', { hasText: name }).locator('..').locator('dd').textContent()).replace(/\D/g, '')
    assert.deepEqual(
      await Promise.all(['Linhas lidas', 'Seriam criados', 'Seriam mudados', 'Iguais', 'Linhas recusadas'].map(count)),
      ['300', '0', '0', '300', '0'],
    )
    await page.goto('/admin/estoque')
    assert.match(await downloaded(page, 'Exportar'), /^sku,stock,/)
    await page.goto('/admin/clientes')
    assert.match(await downloaded(page, 'Exportar'), /^id,/)
  })
})

describe('admin pages', () => {
  for (const [name, place] of halves(all)[1]) {
    work(`${name} and what opens on it is accessible`, () => inspect(page, place))
  }

  work('what staff did is looked for in words, or by the name of it', async () => {
    await page.goto('/admin/auditoria')
    await button('Operação…').click()
    const field = dialog().getByRole('combobox')
    await field.fill('update_categ')
    await dialog().getByRole('option', { name: 'Mudou uma categoria update_category', exact: true }).waitFor()
    // Who knows what it is called need not wait for the list.
    await field.fill('emitiu um vale')
    await field.press('Enter')
    await page.waitForURL('**/auditoria?operation=create_gift_card')
    const chosen = button('Emitiu um vale-presente create_gift_card Tirar o filtro')
    await chosen.waitFor()
    await settled(page)
    const rows = page.getByRole('main').locator('tbody tr[aria-rowindex]')
    assert.ok((await rows.count()) > 0)
    assert.equal(await rows.filter({ hasNotText: 'Emitiu um vale-presente' }).count(), 0)
    // As addresses were before there was a choice, and as there is no word for.
    await page.goto('/admin/auditoria?operation=create_gift')
    await button('create_gift Tirar o filtro').click()
    await page.waitForURL('**/auditoria')
    await rows.first().waitFor()
  })

  work('what somebody does in English is done in English', async () => {
    await page.goto('/admin/pedidos')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor()
    await page.goto(`/admin/pedidos/${order.number}`)
    await page.getByText('To send: 3 of 3').waitFor()
    await accessible(page, 'an order in English')
    await page.getByRole('button', { name: 'Português' }).click()
    await page.getByText('A enviar: 3 de 3').waitFor()
  })

  work('what cannot be reached says so, and what is not there too', async () => {
    await page.goto('/admin/pedidos/999999999')
    await page.getByRole('heading', { level: 1, name: 'Não há este pedido' }).waitFor()
    await page.goto('/admin/saude')
    await page.getByText('Tudo certo').waitFor()
    await context.setOffline(true)
    await page.getByText('Sem conexão').waitFor()
    await context.setOffline(false)
    await page.getByText('Sem conexão').waitFor({ state: 'detached' })

    await page.route('**/api/v1/roles?*', (one) => one.abort())
    await page.goto('/admin/papeis')
    await page.getByRole('alert').getByText('Você está sem conexão').waitFor()
    await page.unroute('**/api/v1/roles?*')
    await button('Tentar de novo').click()
    await page.getByRole('heading', { name: 'Administração' }).waitFor()
    // The browser itself tells of what it was refused.
    complaints.splice(0, Infinity, ...complaints.filter((one) => !/404|net::ERR_/.test(one)))
  })
})
