import { buttonClass, EmptyState, ErrorState } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { myWishes, type ProductItem } from '../data'
import { CardSkeleton, grid, ProductCard } from '../parts/product-card'
import { WishButton } from '../product/wish'

export function WishesPage() {
  const { data, error, refetch } = useQuery(myWishes)
  return (
    <>
      <h1 className="mb-5 text-3xl font-bold">
        <Trans>Lista de desejos</Trans>
      </h1>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : data?.length === 0 ? (
        <EmptyState
          icon="heart"
          title={<Trans>Ainda não há nada aqui</Trans>}
          action={
            <Link to="/busca" className={buttonClass()}>
              <Trans>Ver produtos</Trans>
            </Link>
          }
        >
          <Trans>O coração na página de um produto o guarda nesta lista.</Trans>
        </EmptyState>
      ) : (
        <>
          <h2 className="sr-only">
            <Trans>Produtos</Trans>
          </h2>
          <ul className={grid}>
            {data
              ? data.map(({ product_id, product }) => (
                  <li key={product_id} className="relative">
                    <ProductCard
                      product={{ ...product, images: product.images as ProductItem['images'] }}
                    />
                    <div className="absolute top-2 right-2 rounded-full bg-surface">
                      <WishButton product={product_id} />
                    </div>
                  </li>
                ))
              : Array.from({ length: 4 }, (_, index) => (
                  <li key={index}>
                    <CardSkeleton />
                  </li>
                ))}
          </ul>
        </>
      )}
    </>
  )
}
