// The pages of the store and what opens on them: for the tests that look at each
// of them, and for pictures. They are found in either language.

import { paidOrder, returnedOrder, staff, tokenOf } from './admin-places.mjs'
import { call } from './kit.mjs'

const button = (page, name) => page.getByRole('main').getByRole('button', { name }).first()

async function openDialog(page, name) {
  await button(page, name).click()
  await page.locator('dialog[open]').waitFor()
}

/** Each place of a guest by name: its address, and how what opens there opens. */
export function guestPlaces(product) {
  return {
    inicio: ['/'],
    sugestoes: [
      '/',
      async (page) => {
        await page.getByRole('combobox').first().fill('caf')
        await page.getByRole('option').first().waitFor()
        await page.getByRole('combobox').first().press('ArrowDown')
      },
    ],
    busca: ['/busca?q=cafe&attr.cor=Marrom'],
    filtros: [
      '/busca?q=cafe',
      async (page) => {
        if (await button(page, /^(Filtros|Filters)/).isVisible()) await openDialog(page, /^(Filtros|Filters)/)
      },
    ],
    nada: ['/busca?q=xyzzyqwv'],
    categoria: ['/categoria/moda'],
    produto: [`/produto/${product.slug}`],
    'sacola-vazia': ['/sacola'],
    entrar: ['/entrar'],
    'entrar-recusado': [
      '/entrar',
      async (page) => {
        await page.locator('[name=email]').fill('ninguem@visita.example')
        await page.locator('[name=password]').fill('nada disso aqui')
        await page.locator('main [type=submit]').click()
        await page.getByRole('alert').waitFor()
      },
    ],
    cadastro: ['/cadastro'],
    esqueci: ['/esqueci-a-senha'],
    'nova-senha': ['/nova-senha'],
    'confirmar-email': ['/confirmar-email'],
    rastreio: ['/rastreio'],
    creditos: ['/creditos'],
    'nao-ha': ['/produto/nao-existe'],
  }
}

/** Those of a customer who has bought, wishes for something, and is owed. */
export async function accountPlaces({ email, password }) {
  const me = await tokenOf({ email, password })
  const token = await tokenOf(staff)
  const { id } = await call('/me', { token: me })
  const post = (body) => ({
    method: 'POST',
    token: me,
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body,
  })
  for (const [number, complement] of [['1578', null], ['42', `Bloco B, ${'Edifício'.repeat(10)}`]]) {
    await call('/me/addresses', post({
      recipient: 'Ana Beatriz Cavalcanti de Albuquerque e Souza',
      street: 'Avenida Engenheiro Luiz Carlos Berrini',
      number,
      ...(complement ? { complement } : {}),
      district: 'Cidade Monções',
      city: 'São Paulo',
      region: 'SP',
      postal_code: '04571-010',
    }))
  }
  const some = (await call('/products?q=caneca&limit=3')).data
  for (const one of some) await call(`/me/wishlist/${one.id}`, { method: 'PUT', token: me })
  await call(`/customers/${id}/store-credit`, {
    ...post({ amount: { amount: 123_456, currency: 'BRL' } }),
    token,
  })
  const buyer = { email, password }
  const paid = await paidOrder(token, { buyer })
  const shipping_address = { name: 'Ana'.repeat(30), street: 'Rua'.repeat(30), city: 'Santos', state: 'SP', country: 'BR' }
  const returned = await returnedOrder(token, { buyer, shipping_address })
  return {
    pedidos: ['/conta'],
    'pedido-pago': [`/conta/pedidos/${paid.id}`],
    'pedido-novo': [`/conta/pedidos/${paid.id}?novo=true`],
    'cancelar-pedido': [
      `/conta/pedidos/${paid.id}`,
      (page) => openDialog(page, /^(Cancelar o pedido|Cancel the order)/),
    ],
    'pedido-devolvido': [`/conta/pedidos/${returned.id}`],
    devolver: [
      `/conta/pedidos/${returned.id}`,
      (page) => openDialog(page, /^(Devolver um produto|Give a product back|Return)/),
    ],
    desejos: ['/conta/desejos'],
    enderecos: ['/conta/enderecos'],
    'endereco-novo': ['/conta/enderecos', (page) => openDialog(page, /^(Novo endereço|New address)/)],
    endereco: ['/conta/enderecos', (page) => openDialog(page, /^(Mudar|Change|Edit)/)],
    seguranca: ['/conta/seguranca'],
    dados: ['/conta/dados'],
    'apagar-conta': ['/conta/dados', (page) => openDialog(page, /^(Apagar a conta|Delete)/)],
  }
}
