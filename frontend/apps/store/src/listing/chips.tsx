import { useFormat } from '@commerce/i18n'
import { Icon } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { countFilters, toggleAttribute, type ListingSearch } from '../search'

interface ChipsProps {
  search: ListingSearch
  change: (next: ListingSearch) => void
}

/** The filters in force, each with its way out. */
export function Chips({ search, change }: ChipsProps) {
  const { t } = useLingui()
  const format = useFormat()
  if (countFilters(search) === 0) return null
  const money = (amount: number) => format.money({ amount, currency: 'BRL' })
  const { price_min: min, price_max: max } = search
  const price =
    min !== undefined && max !== undefined
      ? t`${money(min)} a ${money(max)}`
      : min !== undefined
        ? t`A partir de ${money(min)}`
        : max !== undefined
          ? t`Até ${money(max)}`
          : null

  const chips = [
    ...(price ? [{ of: '', text: price, next: { ...search, price_min: undefined, price_max: undefined } }] : []),
    ...(search.in_stock ? [{ of: '', text: t`Em estoque`, next: { ...search, in_stock: undefined } }] : []),
    ...Object.entries(search.attr ?? {}).flatMap(([name, values]) =>
      values.map((value) => ({ of: name, text: value, next: toggleAttribute(search, name, value) })),
    ),
  ]

  return (
    <ul aria-label={t`Filtros ativos`} className="mb-5 flex flex-wrap items-center gap-2">
      {chips.map(({ of, text, next }) => (
        <li key={`${of} ${text}`}>
          <button
            type="button"
            onClick={() => change(next)}
            aria-label={t`Tirar o filtro ${text}`}
            className="flex min-h-9 items-center gap-1.5 rounded-full bg-brand-soft py-1 pr-2.5 pl-3.5 text-sm font-medium text-brand hover:bg-sunken"
          >
            {text}
            <Icon name="close" className="size-4" />
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button
            type="button"
            onClick={() => change({ q: search.q, sort: search.sort })}
            className="link min-h-9 px-2 text-sm"
          >
            <Trans>Tirar todos</Trans>
          </button>
        </li>
      )}
    </ul>
  )
}
