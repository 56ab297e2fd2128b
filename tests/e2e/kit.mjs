// What the end-to-end tests share: one Chromium for all of them, a context (an
// own visitor) for each, and what must never happen on any page: an error in
// the console, a violation of the content policy, a request to somebody else.

import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import assert from 'node:assert/strict'

const require = createRequire(resolve(import.meta.dirname, '../../frontend/package.json'))
const { chromium } = require('playwright-core')
const AXE = require.resolve('axe-core/axe.min.js')
const { readFileSync } = await import('node:fs')
const axeSource = readFileSync(AXE, 'utf8')

export const url = process.env.COMMERCE_URL ?? 'http://127.0.0.1:8080'
export const NARROW = { width: 390, height: 844 }
export const WIDE = { width: 1280, height: 900 }

let browser

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.COMMERCE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export async function stop() {
  await browser?.close()
}

/** A visitor with nothing stored. `complaints` fills with what went wrong. */
export async function visitor(options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'pt-BR',
    viewport: WIDE,
    serviceWorkers: 'block',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(30_000)
  const complaints = []
  context.on('page', (page) => watch(page, complaints))
  return { context, complaints, page: await context.newPage() }
}

/** Requests of each page that nobody has answered yet. */
const unanswered = new WeakMap()

function watch(page, complaints) {
  const open = new Set()
  unanswered.set(page, open)
  page.on('request', (one) => open.add(one))
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (one) => open.delete(one))
  page.on('console', (message) => {
    const told = message.type() === 'error' || message.type() === 'warning'
    if (told && !message.text().includes('blocked by Playwright')) {
      complaints.push(`console: ${message.text()} (${page.url()})`)
    }
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack}`))
  page.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith(url) && !/^(data|blob):/.test(to)) complaints.push(`request to ${to}`)
  })
}

/** Everything on the page has arrived: what was asked for is answered, drawn, and
 * made nothing else be asked for. */
export async function settled(page) {
  await page.waitForLoadState()
  const open = unanswered.get(page)
  let quiet = 0
  while (quiet < 3) {
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
    await page.evaluate(() => new Promise(requestAnimationFrame))
    quiet = open.size === 0 ? quiet + 1 : 0
  }
}

/** WCAG 2.2 A and AA and best practice: none may be broken, or none of `rules`,
 * on all of the page or within what is named. Run by the debugger, which no
 * content policy concerns. */
export async function accessible(page, what, rules, within) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const { violations } = await page.evaluate(
    ([within, runOnly]) =>
      globalThis.axe.run(within ? document.querySelectorAll(within) : document, {
        resultTypes: ['violations'],
        runOnly,
      }),
    [within, rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']],
  )
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
    [],
    what,
  )
}

/** The same, and what depends on colours in the other scheme of them, too. */
export async function accessibleInBoth(page, what) {
  await accessible(page, what)
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  await colour(page, dark ? 'light' : 'dark')
  await accessible(page, `${what}, ${dark ? 'light' : 'dark'}`, ['color-contrast', 'link-in-text-block'])
  await colour(page, dark ? 'dark' : 'light')
}

/** Colours that change have become what they become, or were changed again. */
async function colour(page, colorScheme) {
  await page.emulateMedia({ colorScheme })
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await frame()
    const changing = document.getAnimations().filter((one) => one instanceof CSSTransition)
    await Promise.allSettled(changing.map(({ finished }) => finished))
    await frame()
  })
}

/** Who logged in for a token, when, and the token that is good now: some files
 * take longer on a busy machine than a token lives. */
const sessions = new Map()

export async function tokenOf(person) {
  const { access_token: token } = await call('/auth/login', { method: 'POST', body: person })
  sessions.set(token, { person, token, since: Date.now() })
  return token
}

async function fresh(token) {
  const session = sessions.get(token)
  if (!session) return token
  if (Date.now() - session.since > 300_000) {
    session.since = Date.now()
    const { access_token } = await call('/auth/login', { method: 'POST', body: session.person })
    session.token = access_token
  }
  return session.token
}

export async function call(path, { method = 'GET', token, body, headers } = {}) {
  const bearer = token && (await fresh(token))
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
      ...headers,
    },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return text ? JSON.parse(text) : null
}

let people = 0

/** A customer who is registered, by the API. */
export async function newCustomer() {
  const email = `ana${Date.now()}-${process.pid}-${people++}@cliente.example`
  const password = 'ventania 42 azulejos'
  await call('/auth/register', { method: 'POST', body: { name: 'Ana Souza', email, password } })
  return { name: 'Ana Souza', email, password }
}

export async function login(page, { email, password }) {
  await page.goto('/entrar')
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.locator('main [type=submit]').click()
  await page.waitForURL('**/conta')
}

/** Goes there by Tab, as somebody without a mouse does. */
export async function reach(page, target) {
  await target.waitFor()
  for (let steps = 0; steps < 150; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail('the keyboard does not get there')
}

export async function press(page, target) {
  await reach(page, target)
  await page.keyboard.press('Enter')
}

/** Scrolls a table down and looks at what is in its middle: how often that was
 * no row, three frames later still. The end of what has arrived is waited for. */
export async function scrollThrough(page, steps, by) {
  return page.evaluate(
    async ([steps, by]) => {
      const region = document.querySelector('[role=region][tabindex="0"]')
      const frame = () => new Promise((done) => requestAnimationFrame(done))
      const filled = () => {
        const { left, top, width, height } = region.getBoundingClientRect()
        return [0.25, 0.5, 0.75].every((at) =>
          document.elementFromPoint(left + width / 2, top + height * at)?.closest('tr[aria-rowindex]'),
        )
      }
      let blank = 0
      for (let step = 0; step < steps; step++) {
        // The next page is on its way, and no fault of the rows.
        const near = () =>
          region.scrollTop + by + 200 >= region.scrollHeight - region.clientHeight
        for (let tries = 0; tries < 1200 && near(); tries++) await frame()
        region.scrollTop += by
        await frame()
        for (let tries = 0; tries < 2 && !filled(); tries++) await frame()
        if (!filled()) blank++
      }
      return blank
    },
    [steps, by],
  )
}
