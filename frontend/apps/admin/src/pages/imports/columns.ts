// What the columns of a file mean: as the gateway would take them by their
// names (conf/contract/admin.yaml), and as a person decides.

import { t } from '@lingui/core/macro'
import { readRecords, separatorLine, writeRecord } from './csv'

export type Format = 'products' | 'online-retail'

const ALIASES: Record<Format, Record<string, readonly string[]>> = {
  products: {
    sku: ['sku', 'codigo', 'code', 'referencia'],
    product: ['product', 'produto', 'slug', 'handle'],
    name: ['name', 'nome', 'title', 'titulo'],
    description: ['description', 'descricao'],
    price: ['price', 'preco', 'valor'],
    currency: ['currency', 'moeda'],
    category: ['category', 'categories', 'categoria', 'categorias'],
    stock: ['stock', 'estoque', 'stockonhand', 'onhand'],
    status: ['status', 'situacao'],
    variant: ['variant', 'variante', 'variacao'],
    tax_class: ['taxclass', 'classefiscal'],
    weight: ['weight', 'weightgrams', 'peso', 'pesogramas'],
    active: ['active', 'ativo'],
  },
  'online-retail': {
    invoice: ['invoiceno', 'invoice'],
    sku: ['stockcode'],
    description: ['description'],
    quantity: ['quantity'],
    date: ['invoicedate'],
    price: ['unitprice', 'price'],
    customer: ['customerid'],
    country: ['country'],
  },
}

const NEEDED: Record<Format, readonly string[]> = {
  products: ['sku'],
  'online-retail': ['invoice', 'sku', 'description', 'quantity', 'date', 'price', 'customer'],
}

export function targetsOf(format: Format): string[] {
  return Object.keys(ALIASES[format])
}

export function targetName(target: string): string {
  switch (target) {
    case 'sku':
      return t`SKU`
    case 'product':
      return t`Produto (agrupa variantes)`
    case 'name':
      return t`Nome`
    case 'description':
      return t`Descrição`
    case 'price':
      return t`Preço`
    case 'currency':
      return t`Moeda`
    case 'category':
      return t`Categoria`
    case 'stock':
      return t`Estoque`
    case 'status':
      return t`Situação`
    case 'variant':
      return t`Variação`
    case 'tax_class':
      return t`Classe de imposto`
    case 'weight':
      return t`Peso (gramas)`
    case 'active':
      return t`Ativo`
    case 'attr':
      return t`Atributo`
    case 'option':
      return t`Opção da variante`
    case 'invoice':
      return t`Nota`
    case 'quantity':
      return t`Quantidade`
    case 'date':
      return t`Data`
    case 'customer':
      return t`Cliente`
    case 'country':
      return t`País`
    default:
      return t`Ignorar`
  }
}

/** A column and its meaning: a target, 'attr' or 'option' (called as the column
 * is), or 'ignore'. */
export interface Column {
  header: string
  target: string
}

function key(header: string): string {
  return header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
}

const BAG = /^(attr|atributo|option|opcao|opção) ?: ?(.{1,60})$/i

/** What the gateway would take a column for. */
export function meaningOf(header: string, format: Format): string {
  if (format === 'products') {
    const bag = BAG.exec(header.trim())
    if (bag) return /^(attr|atributo)$/i.test(bag[1] ?? '') ? 'attr' : 'option'
  }
  if (/^import_/i.test(header)) return 'ignore'
  const found = Object.entries(ALIASES[format]).find(([, aliases]) => aliases.includes(key(header)))
  return found?.[0] ?? 'ignore'
}

/** The name in the file that makes the gateway take the column as meant. */
function headerOf({ header, target }: Column, format: Format): string {
  if (target === meaningOf(header, format) && (target !== 'ignore' || /^import_/i.test(header))) {
    return header
  }
  if (target === 'ignore') return `import_${header}`
  const plain = BAG.exec(header.trim())?.[2] ?? header.trim()
  if (target === 'attr' || target === 'option') return `${target}:${plain}`
  return ALIASES[format][target]?.[0] ?? header
}

/** Why a file cannot be taken with these columns, or null. */
export function problemOf(columns: readonly Column[], format: Format): string | null {
  const taken = new Set<string>()
  for (const column of columns) {
    if (column.target === 'ignore') continue
    const name = key(headerOf(column, format))
    const what = ['attr', 'option'].includes(column.target) ? name : column.target
    if (taken.has(what)) return t`Duas colunas são ${targetName(column.target)}: ${column.header}.`
    taken.add(what)
  }
  const missing = NEEDED[format].find((need) => !taken.has(need))
  return missing ? t`Falta dizer qual coluna é ${targetName(missing)}.` : null
}

export type Encoding = 'utf-8' | 'windows-1252'

/** UTF-8 if the bytes can be, else what spreadsheets of old write. */
export function encodingOf(head: Uint8Array): Encoding {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

function encode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'utf-8') return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
  return Uint8Array.from(text, (char) => {
    const code = char.charCodeAt(0)
    return code < 256 ? code : 63
  })
}

/** The file with other names over its columns; the file itself when they are
 * right as they are. `head` is its beginning. */
export function renamed(
  file: Blob,
  head: Uint8Array,
  columns: readonly Column[],
  format: Format,
  encoding: Encoding,
  separator: string,
): Blob {
  const names = columns.map((column) => headerOf(column, format))
  if (names.every((name, index) => name === columns[index]?.header)) return file
  const text = new TextDecoder(encoding).decode(head)
  const mark = encoding === 'utf-8' && head[0] === 0xef && head[1] === 0xbb ? 3 : 0
  const before = separatorLine(text)?.length ?? 0
  const firstEnd = before + readRecords(text.slice(before), separator, 1).firstEnd
  // One byte a character, or what UTF-8 makes of them.
  const length =
    encoding === 'utf-8' ? new TextEncoder().encode(text.slice(0, firstEnd)).length : firstEnd
  return new Blob([encode(writeRecord(names, separator), encoding), file.slice(mark + length)])
}
