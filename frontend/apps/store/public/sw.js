// The storefront without a network. Its own files are kept; the catalogue is
// asked for first and shown from what was seen before only when nobody answers.
// Nothing of a person, no price of an order and no stock is kept.

const VERSION = '@version@'
const FILES = ['@files@']
const SHELL = '/'
const SEEN = 'seen'
const MOST_SEEN = 80
const PAGES = /^\/(produto|categoria)\//
const CATALOGUE = /^\/api\/v1\/(products|categories)(\/|$|\?)/
const OTHERS = /^\/(api|admin|docs|healthz|readyz|openapi\.json)/

addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(VERSION)
      .then((cache) => cache.addAll([SHELL, ...FILES]))
      .then(() => skipWaiting()),
  )
})

addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name !== VERSION && name !== SEEN)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => clients.claim()),
  )
})

async function remember(key, response) {
  const cache = await caches.open(SEEN)
  await cache.put(key, response)
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, -MOST_SEEN).map((key) => cache.delete(key)))
}

async function remembered(request) {
  try {
    const response = await fetch(request)
    if (response.ok) await remember(request, response.clone())
    return response
  } catch (error) {
    const found = await caches.match(request)
    if (found) return found
    throw error
  }
}

/** Those that the shop fills bring their first answers along, whatever their
 * query; all others are drawn in the first page. */
async function page(request, path) {
  try {
    const response = await fetch(request)
    if (response.ok && PAGES.test(path)) await remember(path, response.clone())
    return response
  } catch (error) {
    const found = (await caches.match(path)) ?? (await caches.match(SHELL))
    if (found) return found
    throw error
  }
}

addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return

  if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)))
  } else if (CATALOGUE.test(url.pathname) && !request.headers.has('Authorization')) {
    event.respondWith(remembered(request))
  } else if (url.pathname.startsWith('/media/')) {
    event.respondWith(remembered(request))
  } else if (request.mode === 'navigate' && !OTHERS.test(url.pathname)) {
    event.respondWith(page(request, url.pathname))
  }
})
