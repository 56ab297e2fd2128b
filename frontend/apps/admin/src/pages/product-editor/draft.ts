// A product while it is edited, and what of it has to be sent.

import type { Schemas } from '@commerce/api'
import type { Product, Related, Status, Variant } from '../../data/catalog'

export interface VariantRow {
  /** Among the rows of the page. */
  key: string
  /** Of one that the shop has. */
  id?: number
  sku: string
  name: string
  options: Record<string, string>
  /** In minor units; null while what is typed is no price. */
  price: number | null
  weight: number
  active: boolean
  /** What a new one starts with. */
  stock?: number
}

export interface ImageRow {
  key: string
  url: string
  alt: string
  width?: number
  height?: number
}

export type AttributeKind = 'text' | 'number' | 'flag' | 'list'

export interface AttributeRow {
  key: string
  name: string
  kind: AttributeKind
  /** As it is typed; lists by commas. */
  value: string
}

export interface RelatedRow {
  key: string
  id: number
  name: string
  status: Status
  /** Undefined of one that was found only now. */
  sku?: string | null
  picture: string | undefined
}

export interface Draft {
  name: string
  slug: string
  description: string
  status: Status
  currency: string
  categories: { id: number; name: string }[]
  variants: VariantRow[]
  images: ImageRow[]
  attributes: AttributeRow[]
  related: RelatedRow[]
}

let keys = 0
export const newKey = () => `k${++keys}`

export const emptyVariant = (): VariantRow => ({
  key: newKey(),
  sku: '',
  name: '',
  options: {},
  price: null,
  weight: 0,
  active: true,
})

export const emptyDraft = (): Draft => ({
  name: '',
  slug: '',
  description: '',
  status: 'draft',
  currency: 'BRL',
  categories: [],
  variants: [emptyVariant()],
  images: [],
  attributes: [],
  related: [],
})

export const relatedRow = (one: Pick<Related, 'id' | 'name' | 'status' | 'images'> & { sku?: string | null }): RelatedRow => ({
  key: `r${one.id}`,
  id: one.id,
  name: one.name,
  status: one.status,
  sku: one.sku,
  picture: one.images[0]?.url,
})

export function draftOf(product: Product, variants: readonly Variant[], related: readonly Related[]): Draft {
  return {
    name: product.name,
    slug: product.slug,
    description: product.description,
    status: product.status,
    currency: product.price.currency,
    categories: product.categories.map(({ id, name }) => ({ id, name })),
    variants: variants.map((one) => ({
      key: `v${one.id}`,
      id: one.id,
      sku: one.sku,
      name: one.name,
      options: one.options,
      price: one.price.amount,
      weight: one.weight_grams,
      active: one.active,
    })),
    images: product.images.map((one) => ({
      key: `i${one.id}`,
      url: one.url,
      alt: one.alt,
      width: one.width ?? undefined,
      height: one.height ?? undefined,
    })),
    attributes: Object.entries(product.attributes).map(([name, value]) => attributeRow(name, value)),
    related: related.map(relatedRow),
  }
}

function attributeRow(name: string, value: unknown): AttributeRow {
  const key = `a${name}`
  if (Array.isArray(value)) return { key, name, kind: 'list', value: value.join(', ') }
  if (typeof value === 'number') return { key, name, kind: 'number', value: String(value) }
  if (typeof value === 'boolean') return { key, name, kind: 'flag', value: value ? 'true' : '' }
  return { key, name, kind: 'text', value: String(value) }
}

type AttributeValue = string | number | boolean | string[] | null

export function attributeValue({ kind, value }: AttributeRow): AttributeValue {
  switch (kind) {
    case 'text':
      return value
    case 'number':
      return Number(value.replace(',', '.')) || 0
    case 'flag':
      return value === 'true'
    case 'list':
      return value
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean)
  }
}

/** The combinations of the values of each option, the first changing slowest. */
export function combinations(options: readonly { name: string; values: readonly string[] }[]) {
  return options.reduce<Record<string, string>[]>(
    (made, { name, values }) =>
      made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  )
}

const sameOptions = (a: Record<string, string>, b: Record<string, string>) =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value)

/** AZUL-40X40 of "Azul" and "40x40 cm": four letters and figures of each. */
export function skuPart(value: string): string {
  return value
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => word.slice(0, 6))
    .join('-')
}

/** The variants that options make: those that are there already stay as they
 * are, new ones take price and weight of the first. Those that no combination
 * makes stay too, unless nothing set them apart. */
export function generate(
  rows: readonly VariantRow[],
  options: readonly { name: string; values: readonly string[] }[],
  base: string,
): VariantRow[] {
  const first = rows[0]
  const made = combinations(options).map((chosen): VariantRow => {
    const found = rows.find((row) => sameOptions(row.options, chosen))
    if (found) return found
    const values = Object.values(chosen)
    return {
      ...emptyVariant(),
      sku: [base, ...values.map(skuPart)].filter(Boolean).join('-'),
      name: values.join(', '),
      options: chosen,
      price: first?.price ?? null,
      weight: first?.weight ?? 0,
    }
  })
  const others = rows.filter(
    (row) => !made.includes(row) && (row.id !== undefined || Object.keys(row.options).length > 0),
  )
  return [...made, ...others]
}

/** The options that the rows have, each with its values in order. */
export function optionsOf(rows: readonly VariantRow[]): { name: string; values: string[] }[] {
  const found = new Map<string, string[]>()
  for (const { options } of rows) {
    for (const [name, value] of Object.entries(options)) {
      const values = found.get(name) ?? []
      if (!values.includes(value)) values.push(value)
      found.set(name, values)
    }
  }
  return [...found].map(([name, values]) => ({ name, values }))
}

const variantBody = (row: VariantRow, currency: string): Schemas['ProductVariantInput'] => ({
  ...(row.id !== undefined && { id: row.id }),
  sku: row.sku.trim(),
  name: row.name.trim(),
  options: row.options,
  price: { amount: row.price ?? 0, currency },
  weight_grams: row.weight,
  active: row.active,
  ...(row.id === undefined && row.stock && { stock: { on_hand: row.stock } }),
})

const imageBody = ({ url, alt, width, height }: ImageRow): Schemas['ImageInput'] => ({
  url: url.trim(),
  alt: alt.trim(),
  width,
  height,
})

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

const attributesBody = (rows: readonly AttributeRow[]) =>
  Object.fromEntries(
    rows
      .filter(({ name }) => name.trim())
      .map((row) => [row.name.trim(), attributeValue(row)] as const),
  )

export function bodyOfNew(draft: Draft): Schemas['NewProduct'] {
  return {
    name: draft.name.trim(),
    ...(draft.slug.trim() && { slug: draft.slug.trim() }),
    description: draft.description,
    status: draft.status === 'archived' ? 'draft' : draft.status,
    category_ids: idsOf(draft.categories),
    variants: draft.variants.map((row) => variantBody(row, draft.currency)),
    images: draft.images.map(imageBody),
    attributes: attributesBody(draft.attributes),
    related_ids: idsOf(draft.related),
  }
}

const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)

/** The merge patch that makes `draft` of `before`; undefined when they agree.
 * What was not touched is not sent, so that it cannot undo another's work. */
export function patchOf(before: Draft, draft: Draft): Schemas['ProductPatch'] | undefined {
  const patch: Schemas['ProductPatch'] = {}
  if (draft.name.trim() !== before.name) patch.name = draft.name.trim()
  if (draft.slug.trim() !== before.slug) patch.slug = draft.slug.trim() || null
  if (draft.description !== before.description) patch.description = draft.description
  if (draft.status !== before.status) patch.status = draft.status
  if (differ(draft.categories, before.categories)) {
    patch.category_ids = idsOf(draft.categories)
  }
  if (differ(draft.variants, before.variants)) {
    patch.variants = draft.variants.map((row) => variantBody(row, draft.currency))
  }
  if (differ(draft.images, before.images)) patch.images = draft.images.map(imageBody)
  if (differ(idsOf(draft.related), idsOf(before.related))) patch.related_ids = idsOf(draft.related)
  const [had, has] = [attributesBody(before.attributes), attributesBody(draft.attributes)]
  if (differ(had, has)) {
    const gone = Object.keys(had).filter((name) => !(name in has))
    patch.attributes = { ...has, ...Object.fromEntries(gone.map((name) => [name, null])) }
  }
  return Object.keys(patch).length > 0 ? patch : undefined
}
