import { useFormat } from '@commerce/i18n'
import { Skeleton } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@commerce/api'
import { Picture } from './picture'

type Card = Pick<Schemas['ProductItem'], 'slug' | 'name' | 'price' | 'availability' | 'images'>

export const grid = 'grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-5 xl:grid-cols-4'

/** `eager` for the first few, which are in view when the page opens. */
export function ProductCard({ product, eager = false }: { product: Card; eager?: boolean }) {
  const format = useFormat()
  const out = product.availability === 'out_of_stock'
  return (
    <article className="card group relative flex h-full flex-col overflow-hidden transition-shadow hover:shadow-card">
      <Picture image={product.images[0]} eager={eager} className={out ? 'opacity-60' : ''} />
      <div className="flex grow flex-col gap-1.5 p-3 sm:p-4">
        <h3 className="leading-snug font-medium text-pretty">
          <Link
            to="/produto/$id"
            params={{ id: product.slug }}
            className="text-ink no-underline group-hover:underline after:absolute after:inset-0"
          >
            {product.name}
          </Link>
        </h3>
        <p className="money mt-auto text-lg font-bold">{format.money(product.price)}</p>
        {out && (
          <p className="text-sm text-bad">
            <Trans>Esgotado</Trans>
          </p>
        )}
        {product.availability === 'low_stock' && (
          <p className="text-sm text-warn">
            <Trans>Últimas unidades</Trans>
          </p>
        )}
      </div>
    </article>
  )
}

/** The place of a card that is on its way, of the same size. */
export function CardSkeleton() {
  return (
    <div className="card overflow-hidden">
      <Skeleton className="aspect-square rounded-none" />
      <div className="grid gap-2 p-3 sm:p-4">
        <Skeleton className="h-5" />
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="h-6 w-1/3" />
      </div>
    </div>
  )
}
