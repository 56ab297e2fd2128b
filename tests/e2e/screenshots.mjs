// Pictures of every page, in Portuguese and English, light and dark, wide and
// narrow, to be looked at:
//
//     COMMERCE_URL=http://127.0.0.1:8080 node tests/e2e/screenshots.mjs [DIRECTORY] [NAME...]
//
// With COMMERCE_ADMIN={"email": ..., "password": ...} those of the administration
// too, and of what opens on its pages: admin-pedido+2 is the second thing.

import { mkdirSync } from 'node:fs'
import { enter, open, paidOrder, places, returnedOrder, staff, tokenOf } from './admin-places.mjs'
import { accountPlaces, guestPlaces } from './store-places.mjs'
import { call, login, NARROW, newCustomer, settled, start, stop, visitor, WIDE } from './kit.mjs'

const [directory = 'screenshots', ...only] = process.argv.slice(2)
mkdirSync(directory, { recursive: true })

const looks = {
  claro: { locale: 'pt-BR', colorScheme: 'light', viewport: WIDE },
  escuro: { locale: 'pt-BR', colorScheme: 'dark', viewport: WIDE },
  estreito: { locale: 'pt-BR', colorScheme: 'light', viewport: NARROW },
  english: { locale: 'en-US', colorScheme: 'light', viewport: WIDE },
}

const product = (await call('/products?q=camiseta&in_stock=true&limit=1')).data[0]

async function fillBag(page) {
  await page.goto(`/produto/${product.slug}`)
  await page.getByRole('button', { name: /Pôr na sacola|Add to the bag/ }).click()
}

/** The checkout as it is before the button is pressed, and the order after. */
async function buy(page) {
  await page.goto('/finalizar')
  await page.locator('[name=email]').fill('bia@visita.example')
  await page.locator('[name=recipient]').fill('Bia Rocha')
  await page.locator('[name=postal_code]').fill('01310100')
  await page.locator('[name=street]').fill('Avenida Paulista')
  await page.locator('[name=number]').fill('1578')
  await page.locator('[name=district]').fill('Bela Vista')
  await page.locator('[name=shipping]').first().waitFor()
  await page.getByRole('button', { name: /^4242/ }).click()
  await settled(page)
  await picture(page, `finalizar-pronto-${page.look}`)
  await page.locator('button[type=submit]').last().click()
  await page.waitForURL('**/pedido/*')
}

async function picture(page, name) {
  await settled(page)
  // Pictures further down are fetched when they come near.
  await page.evaluate(() => {
    for (const image of document.images) image.loading = 'eager'
  })
  await page.waitForLoadState('networkidle')
  // What is open covers the window, and the window is what is seen.
  const fullPage = (await page.locator('dialog[open], [role=dialog]').count()) === 0
  // What scrolls within the window is part of the page, too.
  const { width, height } = page.viewportSize()
  const hidden = await page.evaluate(() => {
    const main = document.querySelector('main')
    return main ? main.scrollHeight - main.clientHeight : 0
  })
  const taller = fullPage && hidden > 0
  if (taller) await page.setViewportSize({ width, height: Math.min(height + hidden, 6000) })
  await page.screenshot({ path: `${directory}/${name}.png`, fullPage })
  if (taller) await page.setViewportSize({ width, height })
  console.log(name)
}

const wanted = (name, look) =>
  only.length === 0 || only.includes(name) || only.includes(`${name}-${look}`)

/** Presses the button of the language, below whatever is open. */
const speak = (page, language) =>
  page.evaluate((language) => document.querySelector(`button[lang=${language}]`)?.click(), language)

/** The pages of the administration, and what opens on each of them. */
async function shootStaff(page, pages) {
  for (const [name, [path, ...opens]] of Object.entries(pages)) {
    for (const [n, what] of [[0], ...opens.map((what, n) => [n + 1, what])]) {
      const full = `admin-${name}${n ? `+${n}` : ''}`
      if (!wanted(full, page.look)) continue
      await page.goto(`/admin${path}`)
      await settled(page)
      const english = page.look === 'english'
      if (what) {
        // Buttons are named in Portuguese; what is open is told in English then.
        if (english) await speak(page, 'pt-BR')
        if (!(await open(page, what))) continue
        if (english) await speak(page, 'en')
      }
      await picture(page, `${full}-${page.look}`)
    }
  }
}

const bagPlaces = {
  sacola: ['/sacola'],
  'cupom-errado': [
    '/sacola',
    async (page) => {
      await page.getByRole('button', { name: /cupom|coupon/ }).click()
      await page.getByRole('main').getByRole('textbox').last().fill('NADA-DISSO')
      await page.keyboard.press('Enter')
      await page.locator('[aria-invalid]').waitFor()
    },
  ],
  'finalizar-visita': ['/finalizar'],
}
const checkoutPlaces = { finalizar: ['/finalizar'] }

/** Below /admin, beside `places`; names of them alone (admin-...) are quick to get. */
const staffPages = { 'produto-rapido': ['/produtos?novo=true'], razao: ['/estoque?razao=1-1'] }

await start()
for (const [look, options] of Object.entries(looks)) {
  const { context, page } = await visitor(options)
  page.look = look
  const shoot = async (pages) => {
    for (const [name, [path, open]] of Object.entries(pages)) {
      if (!wanted(name, look)) continue
      await page.goto(path)
      await settled(page)
      await open?.(page)
      await picture(page, `${name}-${look}`)
    }
  }
  await shoot(guestPlaces(product))
  await fillBag(page)
  await page.waitForFunction(() => localStorage.getItem('commerce.cart')?.includes('"id":"'))
  await shoot(bagPlaces)
  if (only.length === 0 || only.some((name) => name.startsWith('pedido'))) {
    await buy(page)
    await picture(page, `pedido-visita-${look}`)
  }
  await fillBag(page)
  const customer = await newCustomer()
  await login(page, customer)
  if (staff.email) await shoot({ ...(await accountPlaces(customer)), ...checkoutPlaces })
  if (staff.email && (only.length === 0 || only.some((name) => name.startsWith('admin')))) {
    const token = await tokenOf(staff)
    const pages = await places(token, await paidOrder(token), await returnedOrder(token))
    const one = await visitor(options)
    one.page.look = look
    await enter(one.page)
    await shootStaff(one.page, { ...staffPages, ...pages })
    await one.context.close()
  }
  await context.close()
}
await stop()
