// What narrows a list, with how many products each choice would leave.

import type { Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Button, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Branch } from '../data'
import { useAttributeName } from '../parts/attribute'
import { toggleAttribute, type ListingSearch } from '../search'

interface FacetsProps {
  facets: Schemas['Facets'] | undefined
  search: ListingSearch
  change: (next: ListingSearch) => void
  /** The categories right below this one. */
  below: Branch[] | undefined
  category: string | undefined
}

const SHORT = 6

export function Facets({ facets, search, change, below, category }: FacetsProps) {
  const { t } = useLingui()
  if (!facets) {
    return (
      <div className="grid gap-6">
        {[5, 3, 6].map((rows) => (
          <div key={rows} className="grid gap-3">
            <Skeleton className="h-5 w-1/2" />
            {Array.from({ length: rows }, (_, row) => (
              <Skeleton key={row} className="h-4" />
            ))}
          </div>
        ))}
      </div>
    )
  }
  const inStock = facets.availability
    ?.filter(({ value }) => value !== 'out_of_stock')
    .reduce((sum, { count }) => sum + count, 0)

  return (
    <div className="grid gap-6">
      <CategoryFacet counts={facets.category ?? []} below={below} category={category} search={search} />
      <PriceFacet
        key={`${search.price_min}-${search.price_max}`}
        price={facets.price}
        search={search}
        change={change}
      />
      <Group title={t`Disponibilidade`}>
        <Check
          on={search.in_stock ?? false}
          onChange={(on) => change({ ...search, in_stock: on ? true : undefined })}
          count={inStock}
        >
          <Trans>Só em estoque</Trans>
        </Check>
      </Group>
      <AttributeFacets attributes={facets.attributes ?? []} {...{ search, change }} />
    </div>
  )
}

interface AttributeFacetsProps {
  attributes: NonNullable<Schemas['Facets']['attributes']>
  search: ListingSearch
  change: (next: ListingSearch) => void
}

/** Those that most products have come first; the others are asked for. */
function AttributeFacets({ attributes, search, change }: AttributeFacetsProps) {
  const [all, setAll] = useState(false)
  const shown = attributes.filter(({ name }, index) => all || index < SHORT || search.attr?.[name])
  return (
    <>
      {shown.map(({ name, values }) => (
        <AttributeFacet key={name} {...{ name, values, search, change }} />
      ))}
      {shown.length < attributes.length && (
        <Button look="secondary" size="small" icon="filter" onClick={() => setAll(true)}>
          <Trans>Mais filtros</Trans>
        </Button>
      )}
    </>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="border-t border-line pt-4 first:border-0 first:pt-0">
      <legend className="float-left mb-1 w-full font-semibold first-letter:uppercase">{title}</legend>
      <div className="clear-both">{children}</div>
    </fieldset>
  )
}

interface CheckProps {
  on: boolean
  onChange: (on: boolean) => void
  count: number | undefined
  children: ReactNode
}

function Check({ on, onChange, count, children }: CheckProps) {
  const format = useFormat()
  return (
    <label className="flex min-h-9 items-center gap-2.5">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="size-6 shrink-0 lg:size-5"
      />
      <span className="grow">{children}</span>
      {count !== undefined && <span className="text-sm text-muted">{format.number(count)}</span>}
    </label>
  )
}

interface CategoryFacetProps {
  counts: NonNullable<Schemas['Facets']['category']>
  below: Branch[] | undefined
  category: string | undefined
  search: ListingSearch
}

function CategoryFacet({ counts, below, category, search }: CategoryFacetProps) {
  const { t } = useLingui()
  const format = useFormat()
  const shown = counts.filter((one) =>
    category ? below?.some((branch) => branch.id === one.id) : one.parent_id === null,
  )
  if (shown.length === 0) return null
  return (
    <nav aria-label={t`Categorias desta lista`}>
      <h2 className="mb-1 font-semibold">
        <Trans>Categoria</Trans>
      </h2>
      <ul>
        {shown.map((one) => (
          <li key={one.id}>
            <Link
              to="/categoria/$slug"
              params={{ slug: one.slug }}
              search={search}
              className="flex min-h-9 items-center justify-between gap-2 text-ink no-underline hover:text-brand hover:underline"
            >
              {one.name}
              <span className="text-sm text-muted">{format.number(one.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

interface PriceFacetProps {
  price: Schemas['Facets']['price']
  search: ListingSearch
  change: (next: ListingSearch) => void
}

function PriceFacet({ price, search, change }: PriceFacetProps) {
  const { t } = useLingui()
  const format = useFormat()
  const show = (amount: number | undefined) =>
    amount === undefined ? '' : format.amount({ amount, currency: 'BRL' })
  const [low, setLow] = useState(show(search.price_min))
  const [high, setHigh] = useState(show(search.price_max))

  const submit = () => {
    let min = format.parseMoney(low, 'BRL') ?? undefined
    let max = format.parseMoney(high, 'BRL') ?? undefined
    if (min !== undefined && max !== undefined && min > max) [min, max] = [max, min]
    change({ ...search, price_min: min, price_max: max })
  }
  const input =
    'min-h-10 w-full min-w-0 rounded-lg border border-edge bg-surface px-2.5 tabular-nums placeholder:text-muted'

  return (
    <Group title={t`Preço (R$)`}>
      <form
        className="grid grid-cols-[1fr_1fr_auto] gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <input
          aria-label={t`Preço mínimo`}
          inputMode="decimal"
          value={low}
          placeholder={show(price?.min ?? undefined) || t`de`}
          onChange={(event) => setLow(event.target.value)}
          className={input}
        />
        <input
          aria-label={t`Preço máximo`}
          inputMode="decimal"
          value={high}
          placeholder={show(price?.max ?? undefined) || t`até`}
          onChange={(event) => setHigh(event.target.value)}
          className={input}
        />
        <Button type="submit" look="secondary" size="small" className="rounded-lg px-3!">
          <Trans>OK</Trans>
        </Button>
      </form>
      {price && price.ranges.length > 1 && (
        <ul className="mt-2">
          {price.ranges.map(({ min, max, count }) => (
            <li key={min}>
              <button
                type="button"
                onClick={() => change({ ...search, price_min: min, price_max: max })}
                className="flex min-h-9 w-full items-center justify-between gap-2 text-left hover:text-brand hover:underline"
              >
                <span className="money">
                  {show(min)} – {show(max)}
                </span>
                <span className="text-sm text-muted">{format.number(count)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Group>
  )
}

interface AttributeFacetProps {
  name: string
  values: Schemas['FacetValue'][]
  search: ListingSearch
  change: (next: ListingSearch) => void
}

function AttributeFacet({ name, values, search, change }: AttributeFacetProps) {
  const called = useAttributeName()
  const [all, setAll] = useState(false)
  const on = search.attr?.[name] ?? []
  // What was chosen stays in sight, even where nothing is left of it.
  const missing = on.filter((value) => !values.some((one) => one.value === value))
  const shown = values.filter((one, index) => all || index < SHORT || on.includes(one.value))
  return (
    <Group title={called(name)}>
      {missing.map((value) => (
        <Check
          key={value}
          on
          count={0}
          onChange={() => change(toggleAttribute(search, name, value))}
        >
          {value}
        </Check>
      ))}
      {shown.map(({ value, count }) => (
        <Check
          key={value}
          on={on.includes(value)}
          count={count}
          onChange={() => change(toggleAttribute(search, name, value))}
        >
          {value}
        </Check>
      ))}
      {!all && values.length > shown.length && (
        <button type="button" onClick={() => setAll(true)} className="link min-h-9 text-sm">
          <Trans>Mais {values.length - shown.length}</Trans>
        </button>
      )}
    </Group>
  )
}
