// The pages of the administration: for the tests that look at each of them, and
// for pictures.

import assert from 'node:assert/strict'
import { accessible, call, NARROW, newCustomer, settled, tokenOf, WIDE } from './kit.mjs'

export { tokenOf }

export const staff = JSON.parse(process.env.COMMERCE_ADMIN ?? '{}')

/** Logs a page in as staff, in whichever of the two languages it is. */
export async function enter(page) {
  await page.goto('/admin/entrar')
  await page.locator('input[name=email]').fill(staff.email)
  await page.locator('input[name=password]').fill(staff.password)
  await page.locator('button[type=submit]').click()
  await page.getByRole('button', { name: /^(Sair|Log out|Sign out)$/ }).waitFor()
}

/** An order of a customer, a new one if none is given, that the test provider
 * was paid for, what a gift card of that code leaves to pay. */
export async function paidOrder(token, { quantity = 3, code, buyer: person, ...more } = {}) {
  const { email, password } = person ?? (await newCustomer())
  const buyer = await tokenOf({ email, password })
  // Of what there is plenty of: a shop that runs for long is tried, too.
  const { data } = await call('/stock?q=canela&limit=200', { token })
  const { variant_id } = data.find(({ available }) => available > 50)
  const goods = { items: [{ variant_id, quantity }] }
  const cart = code && (await call('/carts', { method: 'POST', token: buyer, body: goods })).id
  if (cart) {
    await call(`/carts/${cart}/gift-cards`, { method: 'POST', token: buyer, body: { code } })
  }
  const { order } = await call('/checkout', {
    method: 'POST',
    token: buyer,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: {
      ...(cart ? { cart_id: cart } : goods),
      shipping_address: {
        name: 'Ana Souza',
        street: 'Rua das Flores',
        number: '42',
        city: 'Santos',
        state: 'SP',
        postal_code: '11013-000',
        country: 'BR',
      },
      payment: { provider: 'test', flow: 'token', token: 'tok_success' },
      ...more,
    },
  })
  return { ...(await call(`/orders/${order.id}`, { token })), buyer }
}

/** An order that arrived, of which its buyer wants to give one unit back. */
export async function returnedOrder(token, options) {
  const order = await paidOrder(token, options)
  const items = order.items.map(({ id, quantity }) => ({ item_id: id, quantity }))
  const post = { method: 'POST', token, headers: { 'Idempotency-Key': crypto.randomUUID() } }
  const { id } = await call(`/orders/${order.id}/fulfilments`, { ...post, body: { items } })
  await call(`/orders/${order.id}/fulfilments/${id}/deliver`, { ...post, body: {} })
  await call(`/orders/${order.id}/returns`, {
    ...post,
    token: order.buyer,
    body: { items: [{ item_id: items[0].item_id, quantity: 1 }], reason: 'Veio na cor errada' },
  })
  return order
}

/** Opens what an entry of `places` names: the name of a button, and of an item
 * of its menu if there is a second one; `{ pick }` is a field that suggests.
 * Where there is little room filters are behind a button, and nobody chooses
 * columns: false then. */
export async function open(page, steps) {
  const main = page.getByRole('main')
  for (const [index, name] of steps.entries()) {
    if (name.pick) {
      await page.getByRole('combobox', { name: name.pick }).click()
      await page.locator('[role=option]').first().waitFor()
    } else if (index > 0) {
      await page.getByRole('menuitem', { name }).click()
      await page.getByRole('dialog').waitFor()
    } else {
      const button = main.getByRole('button', { name, exact: typeof name === 'string' }).first()
      const filters = main.getByRole('button', { name: 'Buscar e filtrar' })
      if ((await filters.count()) > 0) {
        if (name === 'Colunas') return false
        if ((await button.count()) === 0) await filters.click()
      }
      await button.click()
      await page.locator('[role=dialog], [role=menu], dialog[open]').first().waitFor()
    }
  }
  return true
}

/** What opens above a page. */
const ABOVE = '[role=menu], [role=listbox], dialog[open]'

/** Escape, as often as there is something above the page. */
async function closeAll(page) {
  const above = page.locator(ABOVE)
  for (let presses = 0; (await above.count()) > 0; presses++) {
    assert.ok(presses < 50, 'Escape closes what is open')
    await page.keyboard.press('Escape')
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  }
}

/** Each page by name: its address, and what can be opened on it. */
export async function places(token, order, returned) {
  const job = (await call('/admin/jobs?limit=1', { token })).data[0]
  const imported = (await call('/admin/imports?limit=1', { token })).data[0]
  const customer = (await call('/customers?limit=1', { token })).data[0]
  const amount = { amount: 5000, currency: 'BRL' }
  const card = await call('/gift-cards', { method: 'POST', token, body: { amount, note: 'Sorteio' } })
  return {
    inicio: ['/'],
    relatorios: ['/relatorios', ['Colunas']],
    produtos: ['/produtos?q=camiseta', ['Novo produto'], ['Colunas'], ['Vistas'], [/^Estoque de .* níveis/]],
    'produtos-nada': ['/produtos?q=xyzzyqwv'],
    'produto-novo': ['/produtos/novo'],
    produto: ['/produtos/1', ['Mais ações'], ['Mais ações', 'Apagar…'], [{ pick: 'Acrescentar um produto' }]],
    categorias: ['/categorias', ['Nova categoria'], [/^Ações de /], [/^Ações de /, 'Mudar nome e descrição…']],
    estoque: [
      '/estoque',
      [/^Ações de /],
      [/^Ações de /, 'Ver o razão'],
      [/^Ações de /, 'Lançar movimento…'],
      [/^Ações de /, 'Definir quantidade e mínimo…'],
    ],
    'estoque-baixo': ['/estoque/baixo', [/^Dar entrada/]],
    movimentos: ['/estoque/movimentos', ['Lançar movimento'], ['Lançar movimento', { pick: 'Produto ou SKU' }]],
    contagem: ['/estoque/contagem', [{ pick: 'Ou procure' }]],
    transferencia: ['/estoque/transferencia', [{ pick: 'Produto ou SKU' }]],
    locais: ['/estoque/locais', ['Novo local'], [/^Mudar/]],
    conferencia: ['/estoque/conferencia'],
    pedidos: ['/pedidos', ['Cliente…'], ['Cliente…', { pick: 'Nome ou e-mail' }]],
    pedido: [
      `/pedidos/${order.number}`,
      ['Mudar status'], ['Reembolsar'], ['Enviar'], ['Cancelar o que falta'], ['Mudar os itens'], ['Mudar endereço'], ['Cancelar'],
    ],
    ...(returned ? { 'pedido-devolvido': [`/pedidos/${returned.number}`, ['Reembolsar']] } : {}),
    devolucoes: ['/devolucoes', [/^Pedido \d+, devolução/]],
    clientes: ['/clientes', ['Novo cliente']],
    cliente: [`/clientes/${customer.id}`, ['Corrigir dados'], ['Dar crédito']],
    'sacolas-abandonadas': ['/sacolas-abandonadas'],
    promocoes: ['/promocoes'],
    'promocao-nova': ['/promocoes/nova', [{ pick: 'Produtos' }], [{ pick: 'Categorias' }]],
    promocao: ['/promocoes/1', ['Apagar']],
    'listas-de-precos': ['/listas-de-precos'],
    'lista-de-precos': ['/listas-de-precos/nova'],
    'vales-presente': ['/vales-presente', ['Emitir vale'], [/^Final /]],
    'vale-presente': [`/vales-presente?aberto=${card.id}`, ['Mudar prazo e anotação']],
    'vale-presente-enviar': [`/vales-presente?aberto=${card.id}`, ['Enviar por e-mail']],
    'vale-presente-saldo': [`/vales-presente?aberto=${card.id}`, ['Ajustar o saldo']],
    'pagamentos-parados': ['/pagamentos-parados'],
    ajustes: ['/ajustes'],
    impostos: ['/impostos', ['Nova alíquota'], ['Nova classe'], ['Apagar']],
    entregas: ['/entregas', ['Nova forma'], ['Apagar']],
    usuarios: ['/usuarios', ['Novo usuário']],
    usuario: [`/usuarios/${order.customer_id}`, ['Mudar'], ['Desativar'], ['Esquecer']],
    papeis: ['/papeis', ['Novo papel'], [/^Mudar/]],
    webhooks: ['/webhooks', ['Novo webhook']],
    mensagens: ['/mensagens'],
    importacoes: ['/importacoes'],
    importar: ['/importacoes/nova'],
    ...(imported ? { importacao: [`/importacoes/${imported.id}`] } : {}),
    tarefas: ['/tarefas'],
    tarefa: [`/tarefas/${job.id}`],
    auditoria: [`/auditoria?subject=credit:${card.id}`, [/^(Emitiu|Issued)/], ['Operação…', { pick: /^Em palavras/ }]],
    saude: ['/saude', ['Esvaziar']],
  }
}

/** A place and what opens on it, each in the light and in the dark; narrow, too,
 * where tables are cards: all of it for everybody, and nothing wider than the
 * window. */
export async function inspect(page, [path, ...opens]) {
  await page.goto(`/admin${path}`)
  await settled(page)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await accessible(page, path)
  for (const what of opens) {
    await open(page, what)
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
    const name = `${path}: ${what.map((one) => one.pick ?? one).join(', ')}`
    // What it does to the page below is looked at, too: nothing of that may be
    // reached and yet be hidden.
    await accessible(page, name, undefined, ABOVE)
    await accessible(page, name, ['aria-hidden-focus', 'scrollable-region-focusable'])
    await page.emulateMedia({ colorScheme: 'dark' })
    await accessible(page, `${name}, in the dark`, ['color-contrast'], ABOVE)
    await page.emulateMedia({ colorScheme: 'light' })
    await closeAll(page)
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(NARROW)
  await page.reload()
  await settled(page)
  await accessible(page, `${path}, narrow and dark`)
  const main = page.getByRole('main')
  assert.ok(await main.evaluate((one) => one.scrollWidth <= one.clientWidth), `${path} scrolls sideways`)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(WIDE)
}

/** Those of the catalogue and of stock, and all others. */
export function halves(all) {
  const first = /^\/(produtos|categorias|estoque)/
  const of = Object.entries(all)
  const is = ([, [path]]) => first.test(path)
  return [of.filter(is), of.filter((one) => !is(one))]
}
