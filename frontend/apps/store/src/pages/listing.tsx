// A list of products with everything that narrows it. The address is the state:
// a filter is a navigation, so Back takes it off again.

import { isProblem } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Button, Dialog, EmptyState, ErrorState, Icon, useTitle } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { categoryTree, listing, type Branch } from '../data'
import { Chips } from '../listing/chips'
import { Facets } from '../listing/facets'
import { CardSkeleton, grid, ProductCard } from '../parts/product-card'
import { Rail } from '../parts/rail'
import { categoryRoute, searchRoute } from '../router'
import { countFilters, sorts, type ListingSearch, type Sort, validateListing } from '../search'
import { NotFound } from './not-found'

export function SearchPage() {
  const search = validateListing({ ...searchRoute.useSearch() })
  const { t } = useLingui()
  const title = search.q ? t`Resultados para “${search.q}”` : t`Todos os produtos`
  useTitle(title)
  return <Listing title={title} search={search} />
}

export function CategoryPage() {
  const search = validateListing({ ...categoryRoute.useSearch() })
  const { slug } = categoryRoute.useParams()
  const { data } = useQuery(categoryTree)
  const path = data && trail(data, slug)
  useTitle(path?.at(-1)?.name)
  if (path?.length === 0) return <NotFound />
  return (
    <Listing title={path?.at(-1)?.name ?? ''} search={search} category={slug} path={path ?? []} />
  )
}

/** The branches from a root down to the one of this slug; empty if none is. */
function trail(branches: Branch[], slug: string): Branch[] {
  for (const branch of branches) {
    if (branch.slug === slug) return [branch]
    const below = trail(branch.children, slug)
    if (below.length > 0) return [branch, ...below]
  }
  return []
}

interface ListingProps {
  title: string
  search: ListingSearch
  category?: string
  path?: Branch[]
}

function Listing({ title, search, category, path = [] }: ListingProps) {
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const [filtersOpen, setFiltersOpen] = useState(false)
  const query = useInfiniteQuery({
    ...listing(search, category),
    placeholderData: keepPreviousData,
  })
  const pages = query.data?.pages
  const facets = pages?.[0]?.facets
  const products = pages?.flatMap((page) => page.data)
  const total = facets?.total
  const filters = countFilters(search)
  /** There is nothing that could be narrowed or put in order. */
  const bare = products?.length === 0 && filters === 0
  const plain = bare || query.isLoadingError

  const change = (next: ListingSearch) =>
    void navigate({
      to: '.',
      search: next,
      resetScroll: false,
    })

  const facetList = (
    <Facets
      facets={facets}
      search={search}
      change={change}
      below={path.at(-1)?.children}
      category={category}
    />
  )

  return (
    <>
      <div className="page pt-6">
        {path.length > 1 && <Trail path={path.slice(0, -1)} />}
        <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div>
            <h1 className="min-h-9 text-3xl font-bold">{title}</h1>
            <p role="status" className="mt-1 min-h-6 text-muted">
              {total !== undefined &&
                (facets?.exact
                  ? plural(total, { one: '# produto', other: '# produtos' })
                  : t`Cerca de ${format.number(total)} produtos`)}
            </p>
          </div>
          <div className={`flex items-center gap-3 ${plain ? 'hidden' : ''}`}>
            <Button
              look="secondary"
              icon="filter"
              className="lg:hidden"
              onClick={() => setFiltersOpen(true)}
            >
              <Trans>Filtros</Trans>
              {filters > 0 && (
                <span className="grid size-6 place-items-center rounded-full bg-brand text-sm text-on-brand">
                  {filters}
                </span>
              )}
            </Button>
            <SortBy search={search} change={change} />
          </div>
        </div>

        <Chips search={search} change={change} />

        <div className={`grid items-start gap-8 ${plain ? '' : 'lg:grid-cols-[15rem_1fr]'}`}>
          {!plain && (
            <aside aria-label={t`Filtros`} className="hidden lg:block">
              {facetList}
            </aside>
          )}
          <section aria-labelledby="produtos" aria-busy={query.isFetching}>
            <h2 id="produtos" className="sr-only">
              <Trans>Produtos</Trans>
            </h2>
            {query.error && !products ? (
              isProblem(query.error, 'category_not_found') ? (
                <NotFound />
              ) : (
                <ErrorState error={query.error} retry={() => query.refetch()} />
              )
            ) : products?.length === 0 ? (
              <Nothing search={search} filtered={filters > 0} change={change} />
            ) : (
              <ul
                className={`${grid} transition-opacity ${query.isPlaceholderData ? 'opacity-50' : ''}`}
              >
                {products
                  ? products.map((product, index) => (
                      <li key={product.id}>
                        <ProductCard product={product} eager={index < 8} />
                      </li>
                    ))
                  : Array.from({ length: 12 }, (_, index) => (
                      <li key={index}>
                        <CardSkeleton />
                      </li>
                    ))}
              </ul>
            )}
            {query.hasNextPage && (
              <div className="mt-8 grid justify-items-center">
                <Button
                  look="secondary"
                  busy={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  <Trans>Mostrar mais produtos</Trans>
                </Button>
                {query.isFetchNextPageError && (
                  <p role="alert" className="mt-2 text-bad">
                    <Trans>Não carregou; tente de novo.</Trans>
                  </p>
                )}
              </div>
            )}
          </section>
        </div>

        <Dialog
          side
          open={filtersOpen}
          onClose={() => setFiltersOpen(false)}
          title={t`Filtros`}
          footer={
            <Button onClick={() => setFiltersOpen(false)} className="w-full">
              {total === undefined
                ? t`Ver produtos`
                : plural(total, { one: 'Ver # produto', other: 'Ver # produtos' })}
            </Button>
          }
        >
          {facetList}
        </Dialog>
      </div>
      {bare && (
        <Rail
          title={<Trans>Mais vendidos</Trans>}
          query={{ sort: 'popularity' }}
          all={{ sort: '-popularity' }}
        />
      )}
    </>
  )
}

function Trail({ path }: { path: Branch[] }) {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Você está em`} className="mb-2">
      <ol className="flex flex-wrap items-center gap-1 text-sm">
        {path.map((branch) => (
          <li key={branch.id} className="flex items-center gap-1">
            <Link to="/categoria/$slug" params={{ slug: branch.slug }} className="link py-1">
              {branch.name}
            </Link>
            <Icon name="right" className="size-3.5 text-muted" />
          </li>
        ))}
      </ol>
    </nav>
  )
}

function SortBy({ search, change }: { search: ListingSearch; change: (next: ListingSearch) => void }) {
  const { t } = useLingui()
  const names: Record<Sort, string> = {
    relevance: t`Mais relevantes`,
    '-popularity': t`Mais vendidos`,
    price: t`Menor preço`,
    '-price': t`Maior preço`,
    '-created_at': t`Mais novos`,
    name: t`Nome`,
  }
  const offered = sorts.filter((sort) => sort !== 'relevance' || search.q)
  const standard = search.q ? 'relevance' : '-popularity'
  return (
    <label className="flex items-center gap-2">
      <span className="sr-only sm:not-sr-only sm:text-sm sm:text-muted">
        <Trans>Ordenar por</Trans>
      </span>
      <select
        value={search.sort ?? standard}
        onChange={(event) => {
          const sort = event.target.value as Sort
          change({ ...search, sort: sort === standard ? undefined : sort })
        }}
        className="min-h-11 rounded-full border border-edge bg-surface px-4"
      >
        {offered.map((sort) => (
          <option key={sort} value={sort}>
            {names[sort]}
          </option>
        ))}
      </select>
    </label>
  )
}

interface NothingProps {
  search: ListingSearch
  filtered: boolean
  change: (next: ListingSearch) => void
}

function Nothing({ search, filtered, change }: NothingProps) {
  return (
    <EmptyState
      icon="search"
      title={<Trans>Nada encontrado</Trans>}
      action={
        filtered && (
          <Button look="secondary" onClick={() => change({ q: search.q, sort: search.sort })}>
            <Trans>Tirar os filtros</Trans>
          </Button>
        )
      }
    >
      {filtered ? (
        <Trans>Nenhum produto tem tudo isso ao mesmo tempo.</Trans>
      ) : (
        <Trans>Tente com menos palavras, ou com outras.</Trans>
      )}
    </EmptyState>
  )
}
