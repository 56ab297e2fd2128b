// Makes packages/api/src/schema.d.ts out of conf/contract/*.yaml: the document
// that the gateway serves at /openapi.json, merged without a running gateway.
// The result is not kept in the repository: it cannot be older than the
// contract, since every check and every build of types makes it again.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'

const here = dirname(fileURLToPath(import.meta.url))
const contract = join(here, '../../conf/contract')
const target = join(here, '../packages/api/src/schema.d.ts')

/** All files as one document: components share a name space, paths get the
 * prefix of the `servers` of the file or of their own. */
export function merge(files) {
  const whole = { openapi: '3.1.0', info: {}, paths: {}, components: {} }

  for (const { name, text } of files) {
    const part = JSON.parse(
      JSON.stringify(parse(text, { merge: true })).replaceAll(
        /"\$ref":"[^"#]+#/g,
        '"$ref":"#',
      ),
    )
    if (name === 'common.yaml') whole.info = part.info

    for (const [path, item] of Object.entries(part.paths ?? {})) {
      const prefix = (item.servers ?? part.servers)?.[0]?.url ?? ''
      const full = prefix.replace(/\/$/, '') + path
      delete item.servers
      whole.paths[full] = { ...whole.paths[full], ...item }
    }
    for (const [kind, members] of Object.entries(part.components ?? {})) {
      whole.components[kind] = { ...whole.components[kind], ...members }
    }
  }
  return whole
}

/** A prefixed parameter collects `attr.<name>=<value>`: for clients an object
 * of lists by name (packages/api/src/client.ts writes it out). */
function withObjects(whole) {
  for (const item of Object.values(whole.paths)) {
    for (const operation of Object.values(item)) {
      for (const parameter of operation?.parameters ?? []) {
        if (parameter['x-commerce-prefix']) {
          parameter.schema = {
            type: 'object',
            additionalProperties: parameter.schema,
          }
        }
      }
    }
  }
  return whole
}

export async function makeTypes() {
  const files = readdirSync(contract)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(contract, name), 'utf8') }))
  const ast = await openapiTS(withObjects(merge(files)), {
    defaultNonNullable: false,
  })
  writeFileSync(
    target,
    '// Made by tools/contract.mjs from conf/contract/*.yaml.\n\n' +
      astToString(ast),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeTypes()
