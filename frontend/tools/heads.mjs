// What the page of a build asks for, and in which order. The shop writes what
// there is to see into the page itself, so its look and its pictures come before
// its scripts; and what a screen needs is told by the page, not by the scripts
// once they run.

/** Files of a chunk and of what it imports, without those that are known. */
function files(bundle, name, known = new Set()) {
  const found = new Set()
  const follow = (file) => {
    if (known.has(file) || found.has(file) || bundle[file]?.type !== 'chunk') return
    found.add(file)
    bundle[file].imports.forEach(follow)
  }
  follow(name)
  return found
}

const preload = (base) => (file) =>
  `<link rel="modulepreload" fetchpriority="low" crossorigin href="${base}${file}">`

/** The screens that people arrive at and the languages that they read, each in a
 * comment that the shop takes what is in it from (core.page_screen). */
export function screens(bundle, base) {
  const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
  const known = files(bundle, chunks.find(({ isEntry }) => isEntry).fileName)
  return chunks.flatMap(({ facadeModuleId, fileName }) => {
    const [, screen, language] =
      /\/(?:pages\/(home|listing|product)\.tsx|locales\/([^/]+)\.po)$/.exec(facadeModuleId ?? '') ?? []
    if (!screen && !language) return []
    const links = [...files(bundle, fileName, known)].map(preload(base))
    return [`<!--${screen ?? language} ${links.join('')}-->`]
  })
}

/** The letters, of which no text of the page knows before its look has come. */
const letters = (bundle, base) =>
  Object.keys(bundle)
    .filter((file) => file.endsWith('.woff2'))
    .map((file) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="${base}${file}">`)
    .join('')

export function heads() {
  let base = '/'
  return {
    name: 'heads',
    apply: 'build',
    configResolved: (config) => void (base = config.base),
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) =>
        html
          .replace('<script type="module"', (script) => letters(bundle, base) + script)
          .replaceAll('<script type="module"', '<script type="module" fetchpriority="low"')
          .replaceAll('<link rel="modulepreload"', '<link rel="modulepreload" fetchpriority="low"')
          .replace('<!--/head-->', `${screens(bundle, base).join('')}<!--/head-->`),
    },
  }
}
