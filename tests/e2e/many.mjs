// The table of products with many of them: how long the gateway takes for its
// pages, orders and filters, and whether rows are ever blank while it scrolls.
// Makes what is missing first.
//
//     COMMERCE_URL=... COMMERCE_ADMIN='{"email":...,"password":...}' \
//         node tests/e2e/many.mjs [PRODUCTS]
//
// Ends with exit code 1 when a request took 200 ms or more, or a row was blank.

import { enter, staff, tokenOf } from './admin-places.mjs'
import { call, scrollThrough, settled, start, stop, url, visitor } from './kit.mjs'

const wanted = Number(process.argv[2] ?? 50_000)
const BOUND = 200
const BATCH = 400
const DEPTH = 30
const words = ['Caneca', 'Estante', 'Luminária', 'Tapete', 'Vaso', 'Bandeja', 'Cadeira', 'Almofada']

const token = await tokenOf(staff)

async function count() {
  const { page } = await call('/products?limit=1&count=exact', { token })
  return page.total
}

async function fill() {
  for (let there = await count(); there < wanted; there = await count()) {
    const products = Array.from({ length: Math.min(BATCH, wanted - there) }, (_, index) => {
      const n = there + index
      return {
        name: `${words[n % words.length]} ${n}`,
        sku: `MUITOS-${n}`,
        price: { amount: 500 + ((n * 7919) % 99_500), currency: 'BRL' },
        category_ids: [1 + (n % 60)],
      }
    })
    const { failed } = await call('/products/batch', { method: 'POST', token, body: { products } })
    if (failed > 0) throw new Error(`${failed} products were refused`)
  }
}

/** What the gateway says it took, and what it took from here. */
async function time(query) {
  const begin = performance.now()
  const response = await fetch(`${url}/api/v1/products?${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const body = await response.json()
  const wall = performance.now() - begin
  if (!response.ok) throw new Error(`${query}: ${response.status} ${JSON.stringify(body)}`)
  const told = /total;dur=([\d.]+)/.exec(response.headers.get('Server-Timing') ?? '')
  return { gateway: Number(told?.[1] ?? wall), wall, body }
}

const filters = {
  none: '',
  words: 'q=caneca',
  'rare words': 'q=caneca+4000',
  status: 'status=active',
  category: 'category=7',
  'sold out': 'in_stock=false',
  'words, category': 'q=tapete&category=3',
}
const sorts = ['-popularity', 'name', '-name', 'price', '-price', '-created_at', 'created_at']

async function measure() {
  let worst = 0
  console.log(`${'filter'.padEnd(18)}${'order'.padEnd(14)}   first   page ${DEPTH}  (ms at the gateway)`)
  for (const [name, filter] of Object.entries(filters)) {
    for (const sort of sorts) {
      // As the table asks: the first page with an exact count.
      const query = `limit=100&sort=${sort}${filter && `&${filter}`}`
      const first = await time(`${query}&count=exact`)
      let last = first
      let next = first.body.page.next
      for (let page = 2; page <= DEPTH && next; page++) {
        last = await time(`${query}&cursor=${encodeURIComponent(next)}`)
        next = last.body.page.next
        worst = Math.max(worst, last.gateway)
      }
      worst = Math.max(worst, first.gateway)
      console.log(
        `${name.padEnd(18)}${sort.padEnd(14)}${first.gateway.toFixed(1).padStart(8)}${last.gateway.toFixed(1).padStart(10)}`,
      )
    }
  }
  return worst
}

async function scroll() {
  await start()
  const { page } = await visitor()
  await enter(page)
  await page.goto('/admin/produtos?sort=name')
  await settled(page)
  const blank = await scrollThrough(page, 300, 900)
  const row = await page.getByRole('row').nth(8).getAttribute('aria-rowindex')
  await stop()
  console.log(`scrolled to row ${row}: ${blank} blank`)
  return blank
}

await fill()
console.log(`${await count()} products`)
const worst = await measure()
console.log(`the slowest: ${worst.toFixed(1)} ms`)
const blank = await scroll()
process.exit(worst < BOUND && blank === 0 ? 0 : 1)
