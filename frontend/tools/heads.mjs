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

/** The screens that people arrive at, each in a comment that the shop takes
 * what is in it from (core.page_screen). */
export function screens(bundle, base) {
  const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
  const known = files(bundle, chunks.find(({ isEntry }) => isEntry).fileName)
  return chunks.flatMap(({ facadeModuleId, fileName }) => {
    const [, screen] = /\/pages\/(home|listing|product)\.tsx$/.exec(facadeModuleId ?? '') ?? []
    if (!screen) return []
    const links = [...files(bundle, fileName, known)].map(preload(base))
    return [`<!--${screen} ${links.join('')}-->`]
  })
}

export function heads() {
  let base = '/'
  return {
    name: 'heads',
    apply: 'build',
    configResolved: (config) => void (base = config.base),
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        const portuguese = Object.values(bundle).find(({ facadeModuleId }) =>
          facadeModuleId?.endsWith('/locales/pt-BR.po'),
        )
        return html
          .replaceAll('<script type="module"', '<script type="module" fetchpriority="low"')
          .replaceAll('<link rel="modulepreload"', '<link rel="modulepreload" fetchpriority="low"')
          .replace('<!--/head-->', `${screens(bundle, base).join('')}<!--/head-->`)
          .replace('</head>', `${portuguese ? preload(base)(portuguese.fileName) : ''}</head>`)
      },
    },
  }
}
