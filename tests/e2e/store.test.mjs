// The storefront in a real browser against a running shop.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accessibleInBoth as accessible, call, login, NARROW, newCustomer, press, reach, settled, start, stop, url, visitor } from './kit.mjs'
import { staff, tokenOf } from './admin-places.mjs'
import { accountPlaces, guestPlaces } from './store-places.mjs'
import { bank, typeCard, withStripe } from './stripe.mjs'

before(start)
after(stop)

/** A test with a visitor of its own, who must have had nothing to complain. */
function visit(name, work, { ignore, timeout = 180_000, ...options } = {}) {
  test(name, { timeout }, async () => {
    const one = await visitor(options)
    try {
      await work(one)
      // Chromium complains of every answer that is a refusal.
      assert.deepEqual(one.complaints.filter((text) => !ignore?.test(text)), [])
    } finally {
      await one.context.close()
    }
  })
}

const several = (await call('/products?category=camisetas&in_stock=true&limit=3')).data
const details = await Promise.all(several.map(({ id }) => call(`/products/${id}`)))
// Two of it are worth a coupon from R$ 99 on.
const shirt = details.find((one) => sold(one).length > 1 && sold(one)[0].price.amount >= 4950)

/** The variants of a product that can be bought. */
function sold({ variants }) {
  return variants.filter(({ availability }) => availability !== 'out_of_stock')
}

const money = (amount) =>
  new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }).format(amount / 100)

/** Pages write a hard space after the sign of the currency. */
async function shows(page, text) {
  await page.getByText(text.replace(/\s/g, '\u00a0')).first().waitFor()
}

async function addToBag(page, product = shirt) {
  await page.goto(`/produto/${product.slug}`)
  await page.getByRole('button', { name: 'Pôr na sacola' }).click()
  await page.getByText('Está na sacola.').waitFor()
}

/** The CEP tells city and state; the rest is written. */
async function fillAddress(page) {
  await page.getByLabel('Quem recebe').fill('Ana Souza')
  await page.getByLabel('CEP').fill('01310100')
  assert.equal(await page.getByLabel('CEP').inputValue(), '01310-100')
  await page.waitForFunction(
    () => document.querySelector('[name=city]').value === 'São Paulo',
  )
  assert.equal(await page.getByLabel('Estado').inputValue(), 'SP')
  await page.getByLabel('Rua').fill('Avenida Paulista')
  await page.getByLabel('Número', { exact: true }).fill('1578')
  await page.getByLabel('Bairro').fill('Bela Vista')
}

const APPROVED = '4242 4242 4242 4242'
const DECLINED = '4000 0000 0000 0002'
const ASKS = '4000 0025 0000 3155'
const LATER = '4000 0000 0000 0077'

async function pay(page, card = APPROVED) {
  await page.getByRole('button', { name: new RegExp(`^${card}`) }).click()
  await page.getByRole('button', { name: /^Pagar/ }).click()
}

/** What a browser says of Stripe's own doings. */
const STRIPES = /^request to https:\/\/(js|api|hooks)\.stripe\.com\/|status of 40[29]|net::ERR_FAILED/

async function payStripe(page, card) {
  await page.getByRole('radio', { name: /Stripe/ }).check()
  await typeCard(page, card)
  await page.getByRole('button', { name: /^Pagar/ }).click()
}

/** Ways of delivery are there, and the total holds. */
async function priced(page) {
  await page.getByRole('radio', { name: /Entrega padrão/ }).waitFor()
  await settled(page)
}

/** A promise, and what keeps it. */
function later() {
  let resolve
  const promise = new Promise((done) => (resolve = done))
  return { promise, resolve }
}

const cents = (text) => Number(text.replace(/\D/g, ''))

async function giftCard(amount) {
  const { code } = await call('/gift-cards', {
    method: 'POST',
    token: await tokenOf(staff),
    body: { amount: { amount, currency: 'BRL' } },
  })
  return code
}

async function useGiftCard(page, code) {
  await page.getByRole('button', { name: 'Tenho um vale-presente' }).click()
  await page.getByLabel('Código do vale-presente').fill(code)
  await page.getByLabel('Código do vale-presente').press('Enter')
  await page.getByRole('button', { name: /^Tirar o vale-presente/ }).waitFor()
  await settled(page)
}

async function numberOf(page) {
  return cents(await page.getByRole('heading', { name: /^Pedido \d+/ }).textContent())
}

/** An order and what was paid of it, as staff see them. */
async function paymentsOf(number) {
  const token = await tokenOf(staff)
  const order = (await call('/orders?limit=100', { token })).data.find((one) => one.number === number)
  return { order, payments: (await call(`/orders/${order.id}/payments`, { token })).data }
}

/** Staff send an order, and it arrives. */
async function deliver(number) {
  const token = await tokenOf(staff)
  const { id } = (await call('/orders?limit=100', { token })).data.find((one) => one.number === number)
  const { items } = await call(`/orders/${id}`, { token })
  const post = { method: 'POST', token, headers: { 'Idempotency-Key': crypto.randomUUID() } }
  const parcel = await call(`/orders/${id}/fulfilments`, {
    ...post,
    body: { items: items.map(({ id: item_id, quantity }) => ({ item_id, quantity })) },
  })
  await call(`/orders/${id}/fulfilments/${parcel.id}/deliver`, { ...post, body: {} })
}

describe('store', () => {
  visit('every place of a guest, and what opens there, is accessible', async ({ page }) => {
    for (const [name, [path, open]] of Object.entries(guestPlaces(shirt))) {
      await page.goto(path)
      await settled(page)
      await open?.(page)
      await settled(page)
      await accessible(page, name)
    }
  }, { ignore: /status of 40[14]/, timeout: 300_000 })

  visit('every place of a customer, and what opens there, is accessible and narrow', async ({ page }) => {
    const customer = await newCustomer()
    await login(page, customer)
    for (const [name, [path, open]] of Object.entries(await accountPlaces(customer))) {
      await page.goto(path)
      await settled(page)
      await open?.(page)
      await settled(page)
      await accessible(page, name)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(wide <= NARROW.width, `${name} is ${wide} px wide`)
    }
  }, { viewport: NARROW, timeout: 300_000 })

  visit('a list is asked for by nobody before more of it is wanted', async ({ page }) => {
    const asked = []
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/products')) asked.push(new URL(request.url()).search)
    })
    let names, told
    // What is bought meanwhile comes before the rest a moment later.
    for (let tries = 0; tries < 5 && (!told || names.join() !== told.join()); tries++) {
      asked.length = 0
      await page.goto('/categoria/moda')
      await page.getByRole('button', { name: 'Mostrar mais produtos' }).waitFor()
      await settled(page)
      assert.deepEqual(asked, [])
      assert.equal(await page.getByRole('article').count(), 24)
      await page.getByRole('button', { name: 'Mostrar mais produtos' }).click()
      await page.getByRole('article').nth(47).waitFor()
      names = await page.getByRole('article').getByRole('link').allTextContents()
      told = (await call('/products?category=moda&limit=48')).data.map(({ name }) => name)
    }
    assert.deepEqual(names, told)
  })

  visit('the same in the dark, in English and narrow', async ({ page }) => {
    for (const [name, [path, open]] of Object.entries(guestPlaces(shirt))) {
      await page.goto(path)
      await settled(page)
      await open?.(page)
      await settled(page)
      if (open) await accessible(page, name)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(wide <= NARROW.width, `${name} is ${wide} px wide`)
    }
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    await page.goto('/busca?q=cafe')
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }, { colorScheme: 'dark', locale: 'en-US', viewport: NARROW, ignore: /status of 40[14]/, timeout: 300_000 })

  visit('search forgives accents and typing, and suggests', async ({ page }) => {
    await page.goto('/')
    const box = page.getByRole('combobox', { name: 'Buscar na loja' })
    await box.fill('cafe')
    await page.getByRole('option', { name: 'Cafés' }).waitFor()
    await accessible(page, 'suggestions')
    await box.press('ArrowDown')
    await box.press('Enter')
    await page.waitForURL('**/categoria/*')
    await box.fill('cafe torado')
    await box.press('Enter')
    await page.getByRole('heading', { name: 'Resultados para' }).waitFor()
    await page.getByRole('link', { name: /^Café Torrado/ }).first().waitFor()
  })

  visit('what else stands in an address is no filter', async ({ page }) => {
    await page.goto('/busca?q=cafe&utm_source=carta&sort=evil&price_min=abc&in_stock.x=1')
    await page.getByRole('link', { name: /^Café/ }).first().waitFor()
    await settled(page)
    await page.getByRole('checkbox', { name: /^Marrom/ }).check()
    await page.waitForURL((at) => at.search === '?q=cafe&attr.cor=Marrom')
    await page.getByRole('button', { name: 'Tirar o filtro Marrom' }).waitFor()
    await page.getByRole('link', { name: /^Café/ }).first().waitFor()
  })

  visit('Back restores filters, order and place', async ({ page }) => {
    await page.goto('/busca?q=cafe')
    await page.getByRole('checkbox', { name: /^Marrom/ }).check()
    await page.waitForURL(/attr\.cor=Marrom/)
    await page.getByLabel('Ordenar por').selectOption({ label: 'Menor preço' })
    await page.waitForURL(/sort=price/)
    await settled(page)
    const first = page.getByRole('article').first()
    const name = await first.textContent()
    await page.evaluate(() => scrollTo(0, 900))
    await page.getByRole('article').nth(9).getByRole('link').click()
    await page.getByRole('button', { name: /sacola|Esgotado/ }).first().waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Tirar o filtro Marrom' }).waitFor()
    await settled(page)
    assert.equal(await first.textContent(), name)
    assert.ok(await page.getByRole('checkbox', { name: /^Marrom/ }).isChecked())
    await page.waitForFunction(() => scrollY > 400)
    await page.goBack()
    await page.waitForURL((at) => !at.search.includes('sort='))
    await page.goBack()
    await page.waitForURL((at) => !at.search.includes('attr.'))
  })

  visit('a variant brings its price, picture and address', async ({ page }) => {
    await page.goto(`/produto/${shirt.id}`)
    const other = sold(shirt).at(-1)
    for (const value of Object.values(other.options)) {
      await page.getByRole('radio', { name: value, exact: true }).check()
    }
    await page.waitForURL((at) => at.searchParams.get('sku') === other.sku)
    await shows(page, money(other.price.amount))
    await page.getByRole('definition').filter({ hasText: other.sku }).waitFor()
    const data = JSON.parse(
      await page.locator('script[type="application/ld+json"]').textContent(),
    )
    assert.equal(data['@graph'][1].offers.length, shirt.variants.length)
  })

  visit('a guest buys without an account, and follows the order', async ({ page }) => {
    await addToBag(page)
    await page.getByRole('link', { name: 'Ver a sacola' }).click()
    await page.getByRole('button', { name: 'Mais um' }).click()
    await shows(page, money(2 * sold(shirt)[0].price.amount))
    await page.getByRole('button', { name: 'Tenho um cupom' }).click()
    await page.getByLabel('Cupom de desconto').fill('nada-disso')
    await page.getByRole('button', { name: 'Usar', exact: true }).click()
    await page.getByText('Cupom inválido').waitFor()
    await page.getByLabel('Cupom de desconto').fill('fretegratis')
    await page.getByLabel('Cupom de desconto').press('Enter')
    await page.getByRole('button', { name: 'Tirar o cupom FRETEGRATIS' }).waitFor()
    await settled(page)
    await accessible(page, 'bag')
    await page.getByRole('link', { name: 'Finalizar a compra' }).click()
    await page.getByLabel('E-mail').fill('bia@visita.example')
    await fillAddress(page)
    await priced(page)
    // What is pressed is pressed, whenever the gateway has heard of it.
    const express = page.getByRole('radio', { name: /Entrega expressa/ })
    const heard = later()
    await page.route('**/api/v1/carts/*', (route) => heard.promise.then(() => route.continue()))
    await express.click()
    assert.ok(await express.isChecked())
    heard.resolve()
    await settled(page)
    await page.unrouteAll()
    assert.ok(await express.isChecked())
    // A gift card pays a part of it; the provider is asked for what is left.
    const total = (await page.getByTestId('total').textContent()).trim()
    const code = await giftCard(1000)
    await page.getByRole('button', { name: 'Tenho um vale-presente' }).click()
    await page.getByLabel('Código do vale-presente').fill('0000-0000-0000-0000')
    await page.getByLabel('Código do vale-presente').press('Enter')
    await page.getByText('Vale-presente desconhecido').waitFor()
    await page.getByLabel('Código do vale-presente').fill(code.toLowerCase())
    await page.getByLabel('Código do vale-presente').press('Enter')
    await page.getByRole('button', { name: /^Tirar o vale-presente/ }).waitFor()
    await settled(page)
    const left = await page.getByRole('button', { name: /^Pagar/ }).textContent()
    assert.equal(cents(left), cents(total) - 1000)
    await accessible(page, 'checkout')
    // The money is on its way: nobody is asked to pay again.
    await page.route('**/checkout', (route) =>
      route.continue({
        postData: route.request().postData().replace('tok_processing', 'tok_late'),
      }),
    )
    await pay(page, LATER)
    await page.getByText('O pagamento está a caminho').waitFor()
    await page.getByRole('button', { name: /^Pagar/ }).waitFor({ state: 'detached' })
    const number = /Pedido (\d+)/.exec(
      await page.getByRole('heading', { name: /^Pedido \d+/ }).textContent(),
    )[1]
    await page.getByText('Avenida Paulista, 1578').waitFor()
    await settled(page)
    await accessible(page, 'order of a guest')
    await page.getByRole('link', { name: 'Sacola vazia' }).waitFor()

    await page.goto(`/rastreio?pedido=${number}`)
    await page.getByLabel('E-mail da compra').fill('outra@visita.example')
    await page.getByRole('button', { name: 'Acompanhar' }).click()
    await page.getByText('Não achamos um pedido').waitFor()
    await page.getByLabel('E-mail da compra').fill('BIA@visita.example')
    await page.getByRole('button', { name: 'Acompanhar' }).click()
    await page.getByRole('heading', { name: `Pedido ${number}` }).waitFor()
    await page.getByText('O pagamento está a caminho.').waitFor()
    await accessible(page, 'tracking')
    assert.doesNotMatch(await page.locator('main').textContent(), /Paulista/)
  }, { ignore: /status of 4(04|22)/ })

  visit('logging in brings the bag along, and nothing is lost', async ({ page }) => {
    const customer = await newCustomer()
    const other = details.find((one) => one.id !== shirt.id)
    await login(page, customer)
    await addToBag(page, other)
    await page.getByRole('link', { name: 'Sacola com 1 item' }).waitFor()
    await settled(page)
    await page.goto('/conta')
    await page.getByRole('button', { name: 'Sair' }).click()
    await page.getByRole('link', { name: 'Sacola vazia' }).waitFor()
    await addToBag(page)
    await page.getByRole('link', { name: 'Ver a sacola' }).click()
    await page.getByRole('link', { name: 'Finalizar a compra' }).click()
    await page.getByRole('link', { name: 'Já tem? Entre' }).click()
    await page.getByLabel('E-mail').fill(customer.email)
    await page.getByLabel('Senha').fill(customer.password)
    await page.getByRole('button', { name: 'Entrar' }).click()
    await page.waitForURL('**/finalizar')
    await page.getByText(customer.email).waitFor()
    const lines = page.getByRole('region', { name: 'Confira' }).getByRole('listitem')
    await lines.filter({ hasText: shirt.name }).waitFor()
    await lines.filter({ hasText: other.name }).waitFor()
  })

  visit('a refused card loses nothing, the bank may ask, and goods may go back', async ({ page }) => {
    await login(page, await newCustomer())
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    await pay(page, DECLINED)
    await page.getByText('o pagamento ainda não passou').waitFor()
    await settled(page)
    await accessible(page, 'order to be paid')
    await pay(page, ASKS)
    await page.getByRole('dialog', { name: 'O banco pede a sua confirmação' }).waitFor()
    await accessible(page, 'the bank asks')
    await page.getByRole('button', { name: 'É minha, autorizar' }).click()
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    await page.goto('/conta')
    await page.getByRole('article').first().waitFor()
    assert.equal(await page.getByRole('article').count(), 1)
    await page.getByRole('article').getByRole('link').first().click()
    const title = await page.getByRole('heading', { name: /^Pedido \d+/ }).textContent()
    await deliver(Number(title.replace(/\D/g, '')))
    await page.reload()
    await page.getByRole('button', { name: 'Devolver um produto' }).click()
    await page.getByRole('button', { name: 'Pedir a devolução' }).click()
    await page.getByText('Devolução 1').waitFor()
    await settled(page)
    await accessible(page, 'order with a return')
  })

  visit('a card of Stripe goes to Stripe alone; declined, it loses nothing', async ({ context, page }) => {
    const asked = []
    const sent = []
    await withStripe(context, asked)
    page.on('request', (request) => {
      if (request.url().startsWith(url)) sent.push(request.postData() ?? '')
    })
    await addToBag(page)
    await page.getByRole('link', { name: 'Ver a sacola' }).click()
    await page.getByRole('link', { name: 'Finalizar a compra' }).click()
    assert.deepEqual(asked, [])
    await page.getByLabel('E-mail').fill('caio@visita.example')
    await fillAddress(page)
    await priced(page)
    // Without a card nothing is ordered.
    await page.getByRole('radio', { name: /Stripe/ }).check()
    await page.frameLocator('iframe').getByLabel('Card number').waitFor()
    await page.getByRole('button', { name: /^Pagar/ }).click()
    await page.getByRole('button', { name: /^Pagar/, disabled: false }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/finalizar')
    await accessible(page, 'checkout with Stripe')

    await payStripe(page, DECLINED)
    await page.getByText('o pagamento ainda não passou').waitFor()
    await payStripe(page, APPROVED)
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    await page.getByText('A confirmação vai para').waitFor()
    // What is on a card is nobody's but Stripe's.
    const digits = (text) => text.replace(/\D/g, '')
    for (const card of [DECLINED, APPROVED]) {
      assert.ok(!sent.some((body) => digits(body).includes(digits(card))))
    }
  }, { ignore: STRIPES })

  visit('a card of Stripe is taken after the network was away and the bank refused', async ({ context, page }) => {
    await withStripe(context)
    await login(page, await newCustomer())
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    // Stripe is not reached: the payment that was begun goes on.
    await page.route('https://api.stripe.com/**', (route) => route.abort(), { times: 1 })
    await payStripe(page, APPROVED)
    await page.getByText('o pagamento ainda não passou').waitFor()
    await payStripe(page, ASKS)
    await bank(page).getByRole('button', { name: 'Decline' }).click()
    await page.getByText('The bank did not approve.').waitFor()
    await payStripe(page, ASKS)
    await bank(page).getByRole('button', { name: 'Approve' }).click()
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    await page.getByText('Cada passo aparece nesta página.').waitFor()
  }, { ignore: STRIPES })

  visit('an address that was just saved is there, and brings its delivery', async ({ page }) => {
    await login(page, await newCustomer())
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    await pay(page)
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()

    // Again at once, without a new document.
    await page.getByRole('link', { name: shirt.name }).click()
    await page.getByRole('button', { name: 'Pôr na sacola' }).click()
    await page.getByRole('link', { name: 'Ver a sacola' }).click()
    await page.getByRole('link', { name: 'Finalizar a compra' }).click()
    await priced(page)
    await page.getByRole('button', { name: /^Pagar/, disabled: false }).waitFor()
    assert.ok(await page.getByRole('radio', { name: /Avenida Paulista/ }).isChecked())
  })

  visit('a bag that was read before it changed is not shown after', async ({ page }) => {
    await addToBag(page)
    await page.getByRole('link', { name: 'Ver a sacola' }).click()
    await settled(page)
    const read = later()
    const changed = later()
    await page.route('**/api/v1/carts/*/items/*', async (route) => {
      await read.promise
      await route.fulfill({ response: await route.fetch() })
      changed.resolve()
    })
    await page.route('**/api/v1/carts/*', async (route) => {
      const response = await route.fetch()
      read.resolve()
      await changed.promise
      await page.waitForFunction(() => JSON.parse(localStorage.getItem('commerce.cart')).cart.items[0].quantity === 2)
      // One that is not wanted any more cannot be answered.
      await route.fulfill({ response }).catch(() => undefined)
    })
    await page.getByRole('button', { name: 'Mais um' }).click()
    await page.getByRole('link', { name: 'Finalizar a compra' }).click()
    await changed.promise
    await page.unrouteAll({ behavior: 'wait' })
    await settled(page)
    const lines = page.getByRole('region', { name: 'Confira' }).getByRole('listitem')
    assert.match(await lines.textContent(), /2 ×/)
    assert.equal(cents(await page.getByTestId('total').textContent()), 2 * sold(shirt)[0].price.amount)
  })

  visit('an address that the gateway could not be told is told when that is asked for', async ({ page }) => {
    await login(page, await newCustomer())
    await addToBag(page)
    let lost = 0
    await page.route('**/api/v1/carts/*', (route) => {
      if (route.request().method() === 'GET') return route.continue()
      lost++
      return route.abort()
    })
    await page.goto('/finalizar')
    await fillAddress(page)
    await page.getByText('Verifique a sua internet').waitFor()
    await page.unrouteAll()
    // The way of delivery that is best is not chosen over and over.
    await page.route('**/api/v1/carts/*', (route) => {
      if (!route.request().postData()?.includes('shipping_method')) return route.continue()
      lost++
      return route.abort()
    })
    await page.getByRole('button', { name: 'Tentar de novo' }).click()
    await page.getByRole('radio', { name: /Entrega padrão/ }).waitFor()
    await page.getByText('Verifique a sua internet').waitFor()
    await settled(page)
    assert.equal(lost, 2)
    await accessible(page, 'checkout that could not be told')
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Tentar de novo' }).click()
    await page.getByRole('button', { name: /^Pagar/, disabled: false }).waitFor()
  }, { ignore: /ERR_FAILED/ })

  visit('a gift card pays a whole order, and no card is asked for', async ({ page }) => {
    const code = await giftCard(100_000)
    await addToBag(page)
    await page.goto('/finalizar')
    await page.getByLabel('E-mail').fill('vale@visita.example')
    await fillAddress(page)
    await priced(page)
    const total = cents(await page.getByTestId('total').textContent())
    await useGiftCard(page, code)
    await page.getByText('Está tudo pago').waitFor()
    await page.getByLabel('Número do cartão').waitFor({ state: 'detached' })
    await accessible(page, 'checkout that a gift card pays')
    await page.getByRole('button', { name: 'Fazer o pedido' }).click()
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    const row = page.locator('dl div', { hasText: 'Vales e crédito' })
    assert.equal(cents(await row.locator('dd').textContent()), total)
    const { order, payments } = await paymentsOf(await numberOf(page))
    assert.equal(order.status, 'paid')
    assert.deepEqual(payments.map(({ provider, status, captured }) => [provider, status, captured.amount]), [
      ['credit', 'captured', total],
    ])
  })

  visit('store credit pays a whole order; what is left of it stays', async ({ page }) => {
    const customer = await newCustomer()
    const { email, password } = customer
    const { id } = await call('/me', { token: await tokenOf({ email, password }) })
    const token = await tokenOf(staff)
    await call(`/customers/${id}/store-credit`, {
      method: 'POST',
      token,
      headers: { 'Idempotency-Key': crypto.randomUUID() },
      body: { amount: { amount: 100_000, currency: 'BRL' } },
    })
    await login(page, customer)
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    const total = cents(await page.getByTestId('total').textContent())
    await page.getByLabel(/Usar o meu crédito na loja/).check()
    await page.getByText('Está tudo pago').waitFor()
    await page.getByRole('button', { name: 'Fazer o pedido' }).click()
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    const { order, payments } = await paymentsOf(await numberOf(page))
    assert.equal(order.status, 'paid')
    assert.deepEqual(payments.map(({ provider }) => provider), ['credit'])
    await shows(page, `Crédito na loja: ${money(100_000 - total)}`)
    await settled(page)
    await accessible(page, 'order that credit paid')
  })

  visit('a refused card beside a gift card leaves the rest to pay, and no more', async ({ page }) => {
    const code = await giftCard(1000)
    await addToBag(page)
    await page.goto('/finalizar')
    await page.getByLabel('E-mail').fill('resto@visita.example')
    await fillAddress(page)
    await priced(page)
    const total = cents(await page.getByTestId('total').textContent())
    await useGiftCard(page, code)
    await pay(page, DECLINED)
    await page.getByText('o pagamento ainda não passou').waitFor()
    await settled(page)
    const button = page.getByRole('button', { name: /^Pagar/ })
    assert.equal(cents(await button.textContent()), total - 1000)
    await pay(page)
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    const { order, payments } = await paymentsOf(await numberOf(page))
    assert.equal(order.status, 'paid')
    assert.equal(payments.reduce((sum, { captured }) => sum + captured.amount, 0), total)
  })

  visit('a tab that was closed while the bank asked: the order is paid once', async ({ context, page }) => {
    await withStripe(context)
    await addToBag(page)
    await page.goto('/finalizar')
    await page.getByLabel('E-mail').fill('fechou@visita.example')
    await fillAddress(page)
    await priced(page)
    await payStripe(page, ASKS)
    await bank(page).getByRole('button', { name: 'Approve' }).waitFor()
    await page.close()

    // It waits where the bag is, and goes on with the payment that was begun.
    const again = await context.newPage()
    await again.goto('/sacola')
    await again.getByText(/está reservado e espera o pagamento/).waitFor()
    await accessible(again, 'an order that waits for its payment')
    await again.getByRole('link', { name: 'Pagar este pedido' }).click()
    await again.getByText('o pagamento ainda não passou').waitFor()
    await payStripe(again, ASKS)
    await bank(again).getByRole('button', { name: 'Approve' }).click()
    await again.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    const { order, payments } = await paymentsOf(await numberOf(again))
    assert.equal(order.status, 'paid')
    assert.deepEqual(payments.map(({ status }) => status), ['captured'])
    // What is paid is no secret of this browser any more.
    assert.equal(await again.evaluate(() => localStorage.getItem('commerce.unpaid-orders')), null)
  }, { ignore: STRIPES })

  visit('what the bank approved while the tab was closed is not paid again', async ({ context, page }) => {
    const asked = []
    await withStripe(context, asked)
    await login(page, await newCustomer())
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    await payStripe(page, ASKS)
    const frame = bank(page)
    await frame.getByRole('button', { name: 'Approve' }).waitFor()
    // The bank's own app says yes, and nobody is there to be told.
    await page.evaluate(() => window.addEventListener('message', (event) => event.stopImmediatePropagation(), true))
    const approved = page.waitForResponse(/\/bank$/)
    await frame.getByRole('button', { name: 'Approve' }).click()
    await approved
    await page.close()

    const again = await context.newPage()
    await again.goto('/conta')
    await again.getByRole('article').getByRole('link').first().click()
    await again.getByText('Pagamento confirmado').first().waitFor()
    await again.getByText('pago', { exact: true }).waitFor()
    await again.getByRole('button', { name: /^Pagar/ }).waitFor({ state: 'detached' })
    const { order, payments } = await paymentsOf(await numberOf(again))
    assert.equal(order.status, 'paid')
    assert.deepEqual(payments.map(({ status }) => status), ['captured'])
  }, { ignore: STRIPES })

  visit('a card of Stripe that is approved at the first try', async ({ context, page }) => {
    await withStripe(context)
    await login(page, await newCustomer())
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    await payStripe(page, APPROVED)
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    const { order, payments } = await paymentsOf(await numberOf(page))
    assert.equal(order.status, 'paid')
    assert.deepEqual(payments.map(({ provider, status }) => [provider, status]), [['stripe', 'captured']])
  }, { ignore: STRIPES })

  visit('a purchase by keyboard alone, narrow, and what of it goes back', async ({ page }) => {
    await page.goto(`/produto/${shirt.slug}`)
    await press(page, page.getByRole('button', { name: 'Pôr na sacola' }))
    await press(page, page.getByRole('link', { name: 'Ver a sacola' }))
    await press(page, page.getByRole('link', { name: 'Finalizar a compra' }))
    await reach(page, page.getByLabel('E-mail'))
    await page.keyboard.type('teclado@visita.example')
    await reach(page, page.getByLabel('Quem recebe'))
    for (const text of ['Ana Souza', '01310100', 'Avenida Paulista', '1578', '', 'Bela Vista']) {
      if (text) await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await priced(page)
    await press(page, page.getByRole('button', { name: new RegExp(`^${APPROVED}`) }))
    await settled(page)
    await press(page, page.getByRole('button', { name: /^Pagar/ }))
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    await settled(page)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= NARROW.width, `${wide} px`)

    const title = await page.getByRole('heading', { name: /^Pedido \d+/ }).textContent()
    const number = Number(title.replace(/\D/g, ''))
    await deliver(number)
    await page.goto(`/rastreio?pedido=${number}`)
    await press(page, page.getByRole('button', { name: 'Acompanhar' }))
    await press(page, page.getByRole('button', { name: 'Devolver um produto' }))
    const dialog = page.getByRole('dialog', { name: 'O que você quer devolver?' })
    await accessible(page, 'what is given back')
    await reach(page, dialog.getByLabel(shirt.name))
    await page.keyboard.type('0')
    await press(page, dialog.getByRole('button', { name: 'Pedir a devolução' }))
    await dialog.getByText('Diga quantos').waitFor()
    await reach(page, dialog.getByLabel(shirt.name))
    await page.keyboard.type('1')
    await reach(page, dialog.getByLabel('Por quê?'))
    await page.keyboard.type('Ficou pequena')
    await press(page, dialog.getByRole('button', { name: 'Pedir a devolução' }))
    await page.getByText('Devolução 1').waitFor()
    await page.getByText('Pedida', { exact: true }).waitFor()
    await page.getByText('Ficou pequena').waitFor()
    // Nothing is left to be given back.
    await page.getByRole('button', { name: 'Devolver um produto' }).waitFor({ state: 'detached' })
    await settled(page)
    await accessible(page, 'tracking, with a return')
  }, { viewport: NARROW })

  visit('one order, however often the button is pressed', async ({ context, page, complaints }) => {
    await login(page, await newCustomer())
    await addToBag(page)
    let requests = 0
    const keys = new Set()
    await context.route('**/checkout', async (route) => {
      requests++
      keys.add(route.request().headers()['idempotency-key'])
      // The first answer is lost on its way.
      const response = await route.fetch()
      if (requests === 1) await route.abort()
      else await route.fulfill({ response })
    })
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    await pay(page)
    await page.getByText('Verifique a sua internet').waitFor()
    await page.getByRole('button', { name: /^Pagar/ }).click()
    await page.getByText('Obrigado! O seu pedido foi feito.').waitFor()
    assert.match(complaints.splice(0).join(), /^console: Failed to load resource: net::ERR_FAILED[^,]*$/)
    assert.equal(requests, 2)
    assert.equal(keys.size, 1)
    await page.goto('/conta')
    await page.getByRole('article').first().waitFor()
    assert.equal(await page.getByRole('article').count(), 1)
  })

  visit('a double click puts one into the bag', async ({ page }) => {
    await page.goto(`/produto/${shirt.slug}`)
    await page.getByRole('button', { name: 'Pôr na sacola' }).dblclick()
    await page.getByText('Está na sacola.').waitFor()
    await settled(page)
    await page.getByRole('link', { name: 'Sacola com 1 item' }).waitFor()
  })

  visit('without a network nothing is promised that is not there', async ({ context, page }) => {
    await addToBag(page)
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Pôr na sacola' }).click()
    await page.getByText('Verifique a sua internet').waitFor()
    await page.getByRole('link', { name: 'Sacola com 1 item' }).waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Pôr na sacola' }).click()
    await page.getByRole('link', { name: 'Sacola com 2 itens' }).waitFor()
  }, { ignore: /ERR_INTERNET_DISCONNECTED/ })

  visit('a screen whose file does not come says so, and is loaded again', async ({ page }) => {
    await page.goto('/')
    await settled(page)
    await page.route(/\/assets\/login-[^/]*\.js$/, (route) => route.abort())
    await page.getByRole('link', { name: 'Entrar' }).click()
    await page.getByRole('heading', { name: 'Esta página não abriu' }).waitFor()
    await accessible(page, 'a screen that did not come')
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Carregar de novo' }).click()
    await page.getByLabel('Senha').waitFor()
  }, { ignore: /ERR_FAILED|dynamically imported module/ })

  visit('a session that ends in the middle of a purchase loses nothing, and tells nobody else', async ({ context, page }) => {
    const customer = await newCustomer()
    await login(page, customer)
    await addToBag(page)
    await page.goto('/finalizar')
    await fillAddress(page)
    await priced(page)
    // It is ended from elsewhere, and the next call says so.
    await context.clearCookies()
    await page.route('**/api/v1/carts/*', (route) => route.fulfill({ status: 401, json: { code: 'unauthorized' } }))
    await page.getByRole('radio', { name: /Entrega expressa/ }).click()
    await page.getByText('A sua sessão terminou').waitFor()
    await page.unrouteAll()
    await accessible(page, 'session ended')
    await page.getByRole('link', { name: 'Entrar de novo' }).click()
    await page.getByLabel('E-mail').fill(customer.email)
    await page.getByLabel('Senha').fill(customer.password)
    await page.getByRole('button', { name: 'Entrar' }).click()
    await page.waitForURL('**/finalizar')
    await page.getByRole('region', { name: 'Confira' }).getByText(shirt.name).waitFor()
  }, { ignore: /status of 40[14]/ })

  test('two tabs refresh at once and both stay logged in', { timeout: 180_000 }, async () => {
    const { context, page, complaints } = await visitor()
    await login(page, await newCustomer())
    let refreshes = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/auth/refresh')) refreshes++
    })
    const other = await context.newPage()
    await Promise.all([page.reload(), other.goto('/conta')])
    await Promise.all(
      [page, other].map((one) => one.getByRole('heading', { name: 'Pedidos' }).waitFor()),
    )
    assert.ok(refreshes >= 1 && refreshes <= 2, `${refreshes} refreshes`)
    await page.getByRole('button', { name: 'Sair' }).click()
    await page.waitForURL(`${url}/`)
    await other.getByRole('heading', { name: 'Entrar' }).waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  visit('an account: address, sessions, data, farewell', async ({ page }) => {
    await login(page, await newCustomer())
    // What is gone is told of when it is back; what is wished for is kept.
    const gone = details.find((one) => one.variants.some(({ availability }) => availability === 'out_of_stock'))
    const missing = gone.variants.find(({ availability }) => availability === 'out_of_stock')
    // Nobody is asked for an address, or to log in, before it is known who asks.
    let tell
    const told = new Promise((done) => (tell = done))
    await page.route('**/api/v1/auth/refresh', (route) => told.then(() => route.fallback()))
    await page.goto(`/produto/${gone.slug}?sku=${missing.sku}`)
    await page.getByRole('button', { name: 'Avise-me quando voltar', disabled: true }).waitFor()
    await page.getByRole('button', { name: 'Na lista de desejos', disabled: true }).waitFor()
    assert.equal(await page.getByRole('main').getByLabel('E-mail').count(), 0)
    tell()
    await page.getByRole('button', { name: 'Avise-me quando voltar' }).click()
    await page.getByText('Combinado: quando voltar').waitFor()
    const heart = page.getByRole('button', { name: 'Na lista de desejos' })
    await heart.click()
    await page.getByRole('button', { name: 'Na lista de desejos', pressed: true }).waitFor()
    await settled(page)
    await accessible(page, 'product that is gone')
    await page.goto('/conta/desejos')
    await page.getByRole('link', { name: gone.name }).waitFor()
    await accessible(page, 'wishes')
    await heart.click()
    await page.getByText('Ainda não há nada aqui').waitFor()

    await page.getByRole('link', { name: 'Endereços' }).click()
    await page.getByRole('button', { name: 'Novo endereço' }).click()
    await fillAddress(page)
    await accessible(page, 'address dialog')
    await page.getByRole('button', { name: 'Guardar' }).click()
    await page.getByText('Avenida Paulista, 1578').waitFor()
    await page.getByRole('link', { name: 'Senha e sessões' }).click()
    await page.getByText('Este', { exact: true }).waitFor()
    await settled(page)
    await accessible(page, 'sessions')
    await page.getByRole('link', { name: 'Meus dados' }).click()
    await page.getByLabel('Telefone').fill('+55 11 91234-5678')
    await page.getByRole('button', { name: 'Guardar' }).click()
    await page.getByText('Guardado.').waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Baixar' }).click()
    assert.equal((await download).suggestedFilename(), 'meus-dados.json')
    await page.getByRole('button', { name: 'Apagar a conta' }).click()
    await page.getByRole('button', { name: 'Sim, apagar' }).click()
    await page.waitForURL(`${url}/`)
    await page.getByRole('link', { name: 'Entrar' }).waitFor()
  })

  test('without a network the catalogue is still there, and says so', { timeout: 180_000 }, async () => {
    const { context, page } = await visitor({ serviceWorkers: 'allow' })
    await page.goto('/busca?q=cafe')
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.reload()
    await settled(page)
    await context.setOffline(true)
    await page.reload()
    await page.getByText('Sem conexão').waitFor()
    await page.getByRole('link', { name: /^Café/ }).first().waitFor()
    await context.close()
  })

  visit('without scripts a product says what it is', async ({ page }) => {
    await page.goto(`/produto/${shirt.slug}?utm_source=carta`)
    await page.getByRole('heading', { name: shirt.name }).waitFor()
    await shows(page, money(shirt.price.amount))
    await page.getByRole('link', { name: 'Camisetas' }).click()
    const [first] = (await call('/products?category=camisetas&limit=1')).data
    await page.getByRole('link', { name: first.name, exact: true }).waitFor()
    assert.match(await page.title(), /^Camisetas/)
  }, { javaScriptEnabled: false })

  test('search engines find what is new, and no other way in', async () => {
    const map = await (await fetch(`${url}/sitemap.xml`)).text()
    const parts = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, loc]) => loc)
    const texts = await Promise.all(
      parts.map(async (part) => (await fetch(url + new URL(part).pathname)).text()),
    )
    assert.ok(texts.join().includes(`/produto/${shirt.slug}<`))
    assert.match(await (await fetch(`${url}/robots.txt`)).text(), /Sitemap: http/)

    const page = await (await fetch(`${url}/produto/${shirt.slug}`)).text()
    assert.match(page, new RegExp(`<link rel="canonical" href="[^"]+/produto/${shirt.slug}"`))
    const [path, goods] = JSON.parse(/id="ld">(.*?)<\/script>/s.exec(page)[1])['@graph']
    assert.equal(goods.offers.length, shirt.variants.length)
    assert.equal(path.itemListElement.at(-1).name, shirt.name)
    assert.match(await (await fetch(url)).text(), /"SearchAction"/)
    assert.match(await (await fetch(`${url}/categoria/camisetas`)).text(), /"BreadcrumbList"/)
    const none = await fetch(`${url}/produto/nao-existe`)
    assert.equal(none.status, 404)
    assert.match(await none.text(), /noindex/)
  })

  visit(
    'an address that is none is a page for people and a problem for programs',
    async ({ page }) => {
      const answer = await page.goto('/qualquer/coisa')
      assert.equal(answer.status(), 404)
      assert.equal(answer.headers()['cache-control'], 'no-store')
      assert.match(answer.headers().vary, /Accept(?!-)/)
      await page.getByRole('heading', { name: 'Não há nada neste endereço' }).waitFor()
      const program = await fetch(`${url}/qualquer/coisa`)
      assert.equal(program.status, 404)
      assert.equal((await program.json()).code, 'not_found')
    },
    { ignore: /404/ },
  )

  test('the policy of the pages holds', async () => {
    for (const path of ['/', '/produto/1', '/sacola']) {
      const { headers, status } = await fetch(url + path)
      const policy = headers.get('Content-Security-Policy')
      assert.equal(status, 200)
      assert.match(policy, /default-src 'none'/)
      assert.match(policy, /object-src 'none'; base-uri 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*/)
      // Of others, just those that take cards.
      assert.deepEqual(
        policy.match(/https:\/\/[^\s;]+/g) ?? [],
        process.env.COMMERCE_STRIPE
          ? ['js', 'js', 'hooks', 'api'].map((name) => `https://${name}.stripe.com`)
          : [],
      )
      assert.equal(headers.get('Cache-Control'), 'no-cache')
    }
    // What the screen is drawn with is asked for by the page, and after its look;
    // the page speaks the reader's language, and loads no other.
    for (const [asked, lang, text, other] of [
      [`pt-PT,pt;q=0.9,en;q=0.1${',x-outra'.repeat(40)}`, 'pt-BR', 'Mais vendidos', '/en-'],
      ['en-GB', 'en', 'Best sellers', '/pt-BR-'],
    ]) {
      const answer = await fetch(url, { headers: { 'Accept-Language': asked } })
      assert.match(answer.headers.get('Vary'), /Accept-Language/)
      const page = await answer.text()
      assert.ok(page.includes(`<html lang="${lang}">`) && page.includes(text))
      const files = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/assets\/[^"]+)"/g)]
      const paths = files.map(([, path]) => path)
      for (const name of ['/home-', `/${lang}-`, '.woff2']) {
        assert.ok(paths.some((path) => path.includes(name)), name)
      }
      assert.ok(!paths.some((path) => path.includes(other)))
      for (const [tag, path] of files) {
        if (path.endsWith('.js')) assert.match(tag, /fetchpriority="low"/)
        const asset = await fetch(url + path, { headers: { 'Accept-Encoding': 'gzip' } })
        assert.match(asset.headers.get('Cache-Control'), /immutable/)
        if (!path.endsWith('.woff2')) assert.equal(asset.headers.get('Content-Encoding'), 'gzip')
      }
    }
    assert.equal((await fetch(`${url}/api/v1/nada`)).status, 404)
  })
})
