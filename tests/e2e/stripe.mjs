// Stripe as a browser meets it, where its servers cannot be reached: js.stripe.com
// with a script of the interface that @stripe/stripe-js describes and the frame
// that a card is typed into, hooks.stripe.com with the page of a bank, and
// api.stripe.com, which is the fake that the gateway talks to as well
// (tests/fakes/stripe.py). The addresses are the real ones, so the policy of the
// page is what decides whether they are reached.

/* global window, document */

/** Runs in the page of the shop, as Stripe.js does. */
function script() {
  const HOST = 'https://js.stripe.com'

  function makeFrame(src, place) {
    const frame = document.createElement('iframe')
    frame.src = src
    frame.title = 'Stripe'
    place.append(frame)
    return frame
  }

  /** What the frame says next, of this kind. */
  const told = (frame, kind) =>
    new Promise((resolve) => {
      const heard = ({ data, source }) => {
        if (source !== frame.contentWindow || data?.kind !== kind) return
        window.removeEventListener('message', heard)
        resolve(data)
      }
      window.addEventListener('message', heard)
    })

  const ask = (frame, message) => {
    const answer = told(frame, message.kind)
    frame.contentWindow.postMessage(message, HOST)
    return answer
  }

  function makeElements(options) {
    let frame = null
    if (options.mode !== 'payment' || !Number.isInteger(options.amount)) {
      throw new Error('IntegrationError: mode and amount')
    }
    const handlers = {}
    const element = {
      on: (name, handler) => ((handlers[name] = handler), element),
      mount: (place) => {
        frame = makeFrame(`${HOST}/frame`, place)
        void told(frame, 'ready').then(() => handlers.ready?.({ elementType: 'payment' }))
      },
      update: () => undefined,
      destroy: () => frame?.remove(),
    }
    return {
      create: (kind) => {
        if (kind !== 'payment') throw new Error('IntegrationError: no such element')
        return element
      },
      update: (more) => Object.assign(options, more),
      submit: () => ask(frame, { kind: 'submit' }),
      pay: (message) => ask(frame, { kind: 'pay', ...message }),
    }
  }

  window.Stripe = (key) => {
    const retrieve = async (secret) => {
      const id = secret.split('_secret')[0]
      const answer = await fetch(
        `https://api.stripe.com/v1/payment_intents/${id}?client_secret=${secret}`,
        { headers: { Authorization: `Bearer ${key}` } },
      )
      return answer.json()
    }
    return {
      _registerWrapper: () => undefined,
      elements: makeElements,
      retrievePaymentIntent: async (secret) => ({ paymentIntent: await retrieve(secret) }),
      confirmPayment: async ({ elements, clientSecret, confirmParams, redirect }) => {
        if (redirect !== 'if_required' || !confirmParams.return_url.startsWith(location.origin)) {
          throw new Error('IntegrationError: return_url')
        }
        const { intent, error } = await elements.pay({ key, secret: clientSecret })
        if (error) return { error }
        if (intent.status === 'requires_action') {
          const bank = makeFrame(`https://hooks.stripe.com/3ds#${key}|${clientSecret}`, document.body)
          bank.style.cssText = 'position:fixed;inset:0;margin:auto;width:20rem;height:12rem;background:#fff'
          await told(bank, 'bank')
          bank.remove()
        }
        const paymentIntent = await retrieve(clientSecret)
        return paymentIntent.status === 'requires_payment_method'
          ? { error: { type: 'card_error', message: 'The bank did not approve.' } }
          : { paymentIntent }
      },
    }
  }
  window.Stripe.version = 'endive'
}

/** Runs in the frame of js.stripe.com: what is typed there stays there. */
function cardFrame() {
  const form = document.forms[0]
  const say = (message) => window.parent.postMessage(message, '*')
  window.addEventListener('message', async ({ data }) => {
    if (data.kind === 'submit') {
      const error = form.reportValidity() ? undefined : { type: 'validation_error', message: 'incomplete' }
      say({ kind: 'submit', error })
    }
    if (data.kind === 'pay') {
      const body = new URLSearchParams({
        client_secret: data.secret,
        'payment_method_data[type]': 'card',
        'payment_method_data[card][number]': form.number.value.replace(/\D/g, ''),
      })
      const id = data.secret.split('_secret')[0]
      const found = await fetch(`https://api.stripe.com/v1/payment_intents/${id}/confirm`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${data.key}` },
        body,
      })
        .then((answer) => answer.json())
        .catch(() => ({ error: { type: 'api_connection_error', message: 'No connection to Stripe.' } }))
      say({ kind: 'pay', intent: found, error: found.error })
    }
  })
  say({ kind: 'ready' })
}

/** Runs in the bank's page. */
function bankFrame() {
  const [key, secret] = location.hash.slice(1).split('|')
  for (const button of document.querySelectorAll('button')) {
    button.onclick = async () => {
      const id = secret.split('_secret')[0]
      await fetch(`https://api.stripe.com/v1/payment_intents/${id}/bank`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}` },
        body: new URLSearchParams({ client_secret: secret, outcome: button.value }),
      })
      window.parent.postMessage({ kind: 'bank' }, '*')
    }
  }
}

const page = (body, work) =>
  `<!doctype html><html lang="en"><title>Stripe</title><body>${body}<script>(${work})()</script></body></html>`

const CARD = `<form><label>Card number <input name="number" required></label>
<label>Expiry <input name="expiry" required></label> <label>CVC <input name="cvc" required></label></form>`
const BANK = '<p>Is this you?</p><button value="approve">Approve</button><button value="decline">Decline</button>'

/** Puts Stripe into the world of a visitor. `asked` fills with where he went. */
export async function withStripe(context, asked = []) {
  const html = (body) => ({ contentType: 'text/html; charset=utf-8', body })
  await context.route(/^https:\/\/[a-z]+\.stripe\.com\//, async (route) => {
    const request = route.request()
    const { hostname, pathname, search } = new URL(request.url())
    asked.push(`${hostname}${pathname}`)
    if (hostname === 'hooks.stripe.com') return route.fulfill(html(page(BANK, bankFrame)))
    if (hostname === 'js.stripe.com') {
      return pathname === '/frame'
        ? route.fulfill(html(page(CARD, cardFrame)))
        : route.fulfill({ contentType: 'text/javascript', body: `(${script})()` })
    }
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }
    if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors })
    const answer = await fetch(process.env.COMMERCE_STRIPE + pathname + search, {
      method: request.method(),
      headers: { Authorization: request.headers().authorization },
      body: request.postData() ?? undefined,
    })
    return route.fulfill({
      status: answer.status,
      headers: { ...cors, 'Content-Type': 'application/json' },
      body: await answer.text(),
    })
  })
}

export async function typeCard(place, number) {
  const frame = place.frameLocator('iframe[src="https://js.stripe.com/frame"]')
  await frame.getByLabel('Card number').fill(number)
  await frame.getByLabel('Expiry').fill('12 / 34')
  await frame.getByLabel('CVC').fill('123')
}

export const bank = (place) => place.frameLocator('iframe[src^="https://hooks.stripe.com/"]')
