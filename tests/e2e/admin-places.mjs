// The pages of the administration: for the tests that look at each of them, and
// for pictures.

import assert from 'node:assert/strict'
import { accessible, call, NARROW, newCustomer, settled, WIDE } from './kit.mjs'

export const staff = JSON.parse(process.env.COMMERCE_ADMIN ?? '{}')

export async function tokenOf(person) {
  return (await call('/auth/login', { method: 'POST', body: person })).access_token
}

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
  const [{ id }] = (await call('/products?q=caneca&in_stock=true&limit=1')).data
  const goods = { items: [{ product_id: id, quantity }] }
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
 * of its menu if there is a second one. */
export async function open(page, [button, item]) {
  const name = typeof button === 'string' ? { name: button, exact: true } : { name: button }
  await page.getByRole('main').getByRole('button', name).first().click()
  await page.locator('[role=dialog], [role=menu], dialog[open]').first().waitFor()
  if (!item) return
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').waitFor()
}

/** Each page by name: its address, and what can be opened on it. */
export async function places(token, order) {
  const job = (await call('/admin/jobs?limit=1', { token })).data[0]
  const imported = (await call('/admin/imports?limit=1', { token })).data[0]
  const customer = (await call('/customers?limit=1', { token })).data[0]
  const amount = { amount: 5000, currency: 'BRL' }
  await call('/gift-cards', { method: 'POST', token, body: { amount } })
  return {
    inicio: ['/'],
    relatorios: ['/relatorios', ['Colunas']],
    produtos: ['/produtos?q=camiseta', ['Novo produto'], ['Colunas'], ['Vistas'], [/^Estoque de .* níveis/]],
    'produtos-nada': ['/produtos?q=xyzzyqwv'],
    'produto-novo': ['/produtos/novo'],
    produto: ['/produtos/1', ['Mais ações'], ['Mais ações', 'Apagar…']],
    categorias: ['/categorias', ['Nova categoria'], [/^Ações de /], [/^Ações de /, 'Mudar nome e descrição…']],
    estoque: [
      '/estoque',
      [/^Ações de /],
      [/^Ações de /, 'Ver o razão'],
      [/^Ações de /, 'Lançar movimento…'],
      [/^Ações de /, 'Definir quantidade e mínimo…'],
    ],
    'estoque-baixo': ['/estoque/baixo', [/^Dar entrada/]],
    movimentos: ['/estoque/movimentos', ['Lançar movimento']],
    contagem: ['/estoque/contagem'],
    transferencia: ['/estoque/transferencia'],
    locais: ['/estoque/locais', ['Novo local'], [/^Mudar/]],
    conferencia: ['/estoque/conferencia'],
    pedidos: ['/pedidos', ['Cliente…']],
    pedido: [
      `/pedidos/${order.number}`,
      ['Mudar status'], ['Reembolsar'], ['Enviar'], ['Mudar endereço'], ['Cancelar'],
    ],
    devolucoes: ['/devolucoes', [/^Pedido \d+, devolução/]],
    clientes: ['/clientes', ['Novo cliente']],
    cliente: [`/clientes/${customer.id}`, ['Corrigir dados'], ['Dar crédito']],
    promocoes: ['/promocoes'],
    'promocao-nova': ['/promocoes/nova'],
    promocao: ['/promocoes/1', ['Apagar']],
    'listas-de-precos': ['/listas-de-precos'],
    'lista-de-precos': ['/listas-de-precos/nova'],
    'vales-presente': ['/vales-presente', ['Emitir vale'], [/^Final /]],
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
    auditoria: ['/auditoria', [/^[a-z]+(_[a-z]+)+$/]],
    saude: ['/saude', ['Esvaziar']],
  }
}

/** A place as it is, with what opens on it, and narrow in the dark, where tables
 * are cards: all of it for everybody, and nothing wider than the window. */
export async function inspect(page, [path, ...opens]) {
  await page.goto(`/admin${path}`)
  await settled(page)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await accessible(page, path)
  for (const what of opens) {
    await open(page, what)
    await settled(page)
    await accessible(page, `${path}: ${what.join(', ')}`)
    await page.keyboard.press('Escape')
    await page.locator('[role=menu], dialog[open]').waitFor({ state: 'detached' })
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
  const of = Object.values(all)
  return [of.filter((one) => first.test(one[0])), of.filter((one) => !first.test(one[0]))]
}
