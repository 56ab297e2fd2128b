// What Lighthouse says of the pages that people arrive at, on a telephone: the
// median of three runs each, against a shop that runs, held to the numbers that
// the storefront promises.
//
//     npm ci --prefix tests/lighthouse --ignore-scripts
//     COMMERCE_URL=http://127.0.0.1:8080 node tests/lighthouse/measure.mjs [RUNS] [PATH...]
//
// Alone on the machine: what else runs is measured too.

import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'

const url = process.env.COMMERCE_URL ?? 'http://127.0.0.1:8080'
const [runs = '3', ...paths] = process.argv.slice(2)
const LEAST = { performance: 0.95, accessibility: 1, 'best-practices': 0.95, seo: 1 }
const SHOWN = {
  'first-contentful-paint': 'FCP',
  'largest-contentful-paint': 'LCP',
  'total-blocking-time': 'TBT',
  'cumulative-layout-shift': 'CLS',
  'speed-index': 'SI',
}

async function product() {
  const response = await fetch(`${url}/api/v1/products?q=camiseta&in_stock=true&limit=1`)
  return `/produto/${(await response.json()).data[0].slug}`
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

async function measure(path) {
  const chrome = await launch({
    chromePath: process.env.COMMERCE_CHROMIUM ?? '/usr/bin/chromium',
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  })
  try {
    const { lhr } = await lighthouse(url + path, {
      port: chrome.port,
      onlyCategories: Object.keys(LEAST),
      logLevel: 'error',
    })
    return lhr
  } finally {
    chrome.kill()
  }
}

let missed = 0
for (const path of paths.length > 0 ? paths : ['/', '/categoria/moda', await product()]) {
  const reports = []
  for (let run = 0; run < Number(runs); run++) reports.push(await measure(path))
  const scores = Object.keys(LEAST).map((name) => [
    name,
    median(reports.map(({ categories }) => categories[name].score)),
  ])
  const times = Object.entries(SHOWN).map(
    ([id, name]) => `${name} ${median(reports.map(({ audits }) => audits[id].numericValue)).toFixed(id.endsWith('shift') ? 3 : 0)}`,
  )
  console.log(`${path}\n  ${scores.map((one) => one.join(' ')).join(', ')}\n  ${times.join(', ')}`)
  for (const [name, score] of scores) {
    if (score >= LEAST[name]) continue
    missed++
    console.log(`  ${name} is below ${LEAST[name]}:`)
    const { categories, audits } = reports[0]
    for (const { id, weight } of categories[name].auditRefs) {
      const { score: reached, title, displayValue = '' } = audits[id]
      if (weight > 0 && reached !== null && reached < 1) {
        console.log(`    ${reached} ${id}: ${title} ${displayValue}`)
      }
    }
  }
}
process.exit(missed > 0 ? 1 : 0)
