// The pages of the administration of sales, people and system: for the tests
// that look at each of them, and for pictures.

import { call, newCustomer } from './kit.mjs'

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

/** An order of a new customer that the test provider was paid for. */
export async function paidOrder(token, { quantity = 3, ...more } = {}) {
  const { email, password } = await newCustomer()
  const buyer = await tokenOf({ email, password })
  const [{ id }] = (await call('/products?q=caneca&in_stock=true&limit=1')).data
  const { order } = await call('/checkout', {
    method: 'POST',
    token: buyer,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: {
      items: [{ product_id: id, quantity }],
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
  return call(`/orders/${order.id}`, { token })
}

/** Each page by name: its address and the buttons on it that open a dialog. */
export async function places(token, order) {
  const job = (await call('/admin/jobs?limit=1', { token })).data[0]
  const imported = (await call('/admin/imports?limit=1', { token })).data[0]
  const customer = (await call('/customers?limit=1', { token })).data[0]
  return {
    pedidos: ['/pedidos', 'Cliente…'],
    pedido: [`/pedidos/${order.number}`, 'Reembolsar', 'Enviar', 'Mudar endereço', 'Cancelar'],
    clientes: ['/clientes', 'Novo cliente'],
    cliente: [`/clientes/${customer.id}`, 'Corrigir dados'],
    promocoes: ['/promocoes'],
    promocao: ['/promocoes/nova'],
    'listas-de-precos': ['/listas-de-precos'],
    'lista-de-precos': ['/listas-de-precos/nova'],
    'pagamentos-parados': ['/pagamentos-parados'],
    impostos: ['/impostos', 'Nova alíquota', 'Nova classe'],
    entregas: ['/entregas', 'Nova forma'],
    usuarios: ['/usuarios', 'Novo usuário'],
    usuario: [`/usuarios/${order.customer_id}`, 'Mudar', 'Desativar', 'Esquecer'],
    papeis: ['/papeis', 'Novo papel'],
    webhooks: ['/webhooks', 'Novo webhook'],
    mensagens: ['/mensagens'],
    importacoes: ['/importacoes'],
    importar: ['/importacoes/nova'],
    ...(imported ? { importacao: [`/importacoes/${imported.id}`] } : {}),
    tarefas: ['/tarefas'],
    tarefa: [`/tarefas/${job.id}`],
    auditoria: ['/auditoria'],
    saude: ['/saude'],
  }
}
