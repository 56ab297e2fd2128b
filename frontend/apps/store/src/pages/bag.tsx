import { useFormat, type MoneyValue } from '@commerce/i18n'
import { Alert, Button, buttonClass, ErrorState, Icon, toast, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { blocking, cartQuery, useChangeCart } from '../bag/cart'
import { Coupons } from '../bag/coupons'
import { EmptyBag } from '../bag/empty'
import type { Cart } from '../bag/kept'
import { CartTotals } from '../bag/totals'
import type { ProductItem } from '../data'
import { Thumbnail, useProductsOf, type CartItem } from '../parts/cart-item'
import { Quantity } from '../parts/quantity'

export function BagPage() {
  const { t } = useLingui()
  useTitle(t`Sacola`)
  const query = useQuery({ ...cartQuery, refetchOnMount: 'always' })
  const cart = query.data
  if (!cart || cart.items.length === 0) {
    return query.error ? (
      <ErrorState error={query.error} retry={() => query.refetch()} />
    ) : (
      <EmptyBag />
    )
  }
  return <Filled cart={cart} error={query.error} retry={() => void query.refetch()} />
}

function Filled({ cart, error, retry }: { cart: Cart; error: unknown; retry: () => void }) {
  const { t } = useLingui()
  const products = useProductsOf(cart.items)
  const blocked = blocking(cart).length > 0
  return (
    <div className="page pt-8">
      <h1 className="mb-6 text-3xl font-bold">
        <Trans>Sacola</Trans>
      </h1>
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_22rem] lg:gap-8">
        <ul aria-label={t`Produtos na sacola`} className="card divide-y divide-line">
          {cart.items.map((item) => (
            <li key={item.variant_id} className="p-4 sm:p-5">
              <Line item={item} cart={cart} product={products.get(item.product_id ?? 0)} />
            </li>
          ))}
        </ul>
        <section aria-labelledby="resumo" className="card grid gap-4 p-5 lg:sticky lg:top-4">
          <h2 id="resumo" className="text-lg font-semibold">
            <Trans>Resumo</Trans>
          </h2>
          {error !== null && (
            <Alert tone="warn">
              <span className="flex flex-wrap items-center gap-x-4">
                <Trans>Os preços podem ter mudado.</Trans>
                <button type="button" className="link" onClick={retry}>
                  <Trans>Tentar de novo</Trans>
                </button>
              </span>
            </Alert>
          )}
          <CartTotals cart={cart} freight={false} later={<Trans>no próximo passo</Trans>} />
          <Coupons cart={cart} />
          {blocked ? (
            <Alert tone="bad">
              <Trans>Resolva o que está marcado para continuar.</Trans>
            </Alert>
          ) : (
            <Link to="/finalizar" className={buttonClass('primary', 'large')}>
              <Trans>Finalizar a compra</Trans>
            </Link>
          )}
          <p className="flex items-center justify-center gap-2 text-sm text-muted">
            <Icon name="lock" className="size-4" />
            <Trans>Pagamento protegido</Trans>
          </p>
        </section>
      </div>
    </div>
  )
}

interface LineProps {
  item: CartItem
  cart: Cart
  product: ProductItem | undefined
}

function Line({ item, cart, product }: LineProps) {
  const { t } = useLingui()
  const format = useFormat()
  const change = useChangeCart()
  const variantId = item.variant_id ?? 0
  const name = item.name ?? item.sku ?? ''
  const mine = cart.problems.filter((one) => one.variant_id === variantId)

  const remove = () => {
    change.mutate({ kind: 'remove', variantId })
    toast(
      <Trans>Saiu da sacola.</Trans>,
      <button
        type="button"
        className="font-semibold underline"
        onClick={() =>
          change.mutate({
            kind: 'add',
            line: {
              variantId,
              productId: item.product_id ?? 0,
              sku: item.sku ?? '',
              name,
              price: item.unit_price,
              quantity: item.quantity,
            },
          })
        }
      >
        <Trans>Desfazer</Trans>
      </button>,
    )
  }

  return (
    <article className="grid gap-3">
      <div className="grid grid-cols-[5rem_1fr] gap-x-4 gap-y-3 sm:grid-cols-[6.5rem_1fr_auto]">
        <Thumbnail item={item} product={product} className="row-span-2" />
        <div>
          <h2 className="font-medium">
            <Link
              to="/produto/$id"
              params={{ id: product?.slug ?? String(item.product_id) }}
              search={item.sku ? { sku: item.sku } : {}}
              className="text-ink hover:underline"
            >
              {name}
            </Link>
          </h2>
          <Each item={item} />
        </div>
        <p className="money col-start-2 text-lg font-bold sm:col-start-3 sm:text-right">
          {format.money({ ...item.unit_price, amount: item.unit_price.amount * item.quantity })}
        </p>
        <div className="col-span-full flex flex-wrap items-center gap-2 sm:col-start-2">
          <Quantity
            value={item.quantity}
            of={name}
            onChange={(quantity) => change.mutate({ kind: 'set', variantId, quantity })}
          />
          <Button
            look="quiet"
            size="small"
            icon="trash"
            aria-label={t`Tirar ${name} da sacola`}
            onClick={remove}
          >
            <Trans>Tirar</Trans>
          </Button>
        </div>
      </div>
      {mine.map((problem) => (
        <LineProblem
          key={problem.code}
          problem={problem}
          item={item}
          take={(quantity) => change.mutate({ kind: 'set', variantId, quantity })}
        />
      ))}
    </article>
  )
}

function Each({ item }: { item: CartItem }) {
  const format = useFormat()
  const before = item.list_price
  return (
    <p className="mt-1 text-sm text-muted">
      {before && before.amount > item.unit_price.amount && (
        <>
          <s>
            <span className="sr-only">
              <Trans>antes</Trans>{' '}
            </span>
            {format.money(before)}
          </s>{' '}
        </>
      )}
      <Trans>{format.money(item.unit_price)} cada</Trans>
    </p>
  )
}

interface LineProblemProps {
  problem: Cart['problems'][number]
  item: CartItem
  take: (quantity: number) => void
}

function LineProblem({ problem, item, take }: LineProblemProps) {
  const format = useFormat()
  const left = typeof problem['available'] === 'number' ? problem['available'] : 0
  const was = problem['was'] as MoneyValue | undefined
  if (problem.code === 'price_changed' && was) {
    return (
      <Alert tone="info">
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Trans>
            O preço mudou de {format.money(was)} para {format.money(item.unit_price)}.
          </Trans>
          <button type="button" className="link" onClick={() => take(item.quantity)}>
            <Trans>Entendi</Trans>
          </button>
        </span>
      </Alert>
    )
  }
  return (
    <Alert tone="bad">
      {problem.code !== 'insufficient_stock' ? (
        <Trans>Saiu de venda. Tire-o para continuar.</Trans>
      ) : left > 0 ? (
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Trans>Só temos {left}.</Trans>
          <button type="button" className="link" onClick={() => take(left)}>
            <Trans>Levar {left}</Trans>
          </button>
        </span>
      ) : (
        <Trans>Esgotou enquanto estava na sacola.</Trans>
      )}
    </Alert>
  )
}
