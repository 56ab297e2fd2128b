import { ErrorState } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import { rail } from '../data'
import type { ListingSearch } from '../search'
import { CardSkeleton, ProductCard } from './product-card'

interface RailProps {
  title: ReactNode
  query: Parameters<typeof rail>[0]
  /** Where all of them are. */
  all: ListingSearch
  eager?: boolean
}

/** A row of products that scrolls sideways, by touch, wheel or keyboard. */
export function Rail({ title, query, all, eager = false }: RailProps) {
  const heading = useId()
  const { data, error, refetch } = useQuery(rail(query))
  return (
    <section aria-labelledby={heading} className="page mt-12">
      <div className="mb-4 flex items-baseline justify-between gap-4">
        <h2 id={heading} className="text-2xl font-bold">
          {title}
        </h2>
        <Link to="/busca" search={all} className="link shrink-0">
          <Trans>Ver todos</Trans>
        </Link>
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : (
        <ul className="-mx-4 flex snap-x scroll-px-4 gap-3 overflow-x-auto px-4 pb-3 sm:gap-5">
          {data
            ? data.map((product, index) => (
                <li key={product.id} className="w-40 shrink-0 snap-start sm:w-52">
                  <ProductCard product={product} eager={eager && index < 5} />
                </li>
              ))
            : Array.from({ length: 6 }, (_, index) => (
                <li key={index} className="w-40 shrink-0 sm:w-52">
                  <CardSkeleton />
                </li>
              ))}
        </ul>
      )}
    </section>
  )
}
