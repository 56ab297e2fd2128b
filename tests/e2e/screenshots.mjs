// Pictures of every page, in Portuguese and English, light and dark, wide and
// narrow, to be looked at:
//
//     COMMERCE_URL=http://127.0.0.1:8080 node tests/e2e/screenshots.mjs [DIRECTORY] [NAME...]
//
// With COMMERCE_ADMIN={"email": ..., "password": ...} those of the administration too.

import { mkdirSync } from 'node:fs'
import { enter, paidOrder, places, staff, tokenOf } from './admin-places.mjs'
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
  await page.screenshot({ path: `${directory}/${name}.png`, fullPage })
  console.log(name)
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
const staffPages = { 'produto-rapido': '/produtos?novo=true', razao: '/estoque?razao=1-1' }

await start()
for (const [look, options] of Object.entries(looks)) {
  const { context, page } = await visitor(options)
  page.look = look
  const shoot = async (pages) => {
    for (const [name, [path, open]] of Object.entries(pages)) {
      if (only.length > 0 && !only.includes(name) && !only.includes(`${name}-${look}`)) continue
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
    const pages = await places(token, await paidOrder(token))
    await enter(page)
    const all = [...Object.entries(staffPages), ...Object.entries(pages)]
    await shoot(
      Object.fromEntries(
        all.map(([name, path]) => [`admin-${name}`, [`/admin${[path].flat()[0]}`]]),
      ),
    )
  }
  await context.close()
}
await stop()
