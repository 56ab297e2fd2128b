import { isProblem } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, ErrorState, Icon, Skeleton, toast, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useChangeCart } from '../bag/cart'
import { product as productQuery, related as relatedQuery, type Product, type Variant } from '../data'
import { useAttributeName } from '../parts/attribute'
import { Gallery } from '../product/gallery'
import { ProductCard } from '../parts/product-card'
import { Quantity } from '../parts/quantity'
import { TellMe } from '../product/tell-me'
import { WishButton } from '../product/wish'
import { productRoute } from '../router'
import { axesOf, firstVariant } from '../variants'
import { NotFound } from './not-found'

export function ProductPage() {
  const { id } = productRoute.useParams()
  const query = useQuery(productQuery(id))
  useTitle(query.data?.name)

  if (isProblem(query.error) && query.error.status < 500 && query.error.status >= 400 && !query.data) {
    return <NotFound />
  }
  if (query.error && !query.data) {
    return <ErrorState error={query.error} retry={() => query.refetch()} />
  }
  return (
    <div className="page pt-6">
      {query.data ? <Shown key={query.data.id} product={query.data} /> : <Waiting />}
    </div>
  )
}

function Waiting() {
  return (
    <div className="grid gap-8 pt-8 md:grid-cols-2">
      <Skeleton className="aspect-square" />
      <div className="grid content-start gap-4">
        <Skeleton className="h-9 w-3/4" />
        <Skeleton className="h-8 w-1/3" />
        <Skeleton className="h-24" />
        <Skeleton className="h-13" />
      </div>
    </div>
  )
}

function Shown({ product }: { product: Product }) {
  const { sku } = productRoute.useSearch()
  const navigate = useNavigate()
  const variant = firstVariant(product.variants, sku)
  const [quantity, setQuantity] = useState(1)

  const choose = (next: Variant) =>
    void navigate({
      to: '.',
      search: { sku: next.sku },
      replace: true,
      resetScroll: false,
    })

  return (
    <>
      <Where product={product} />
      <div className="grid gap-8 md:grid-cols-2 lg:grid-cols-[1.15fr_1fr] lg:gap-14">
        <Gallery product={product} variant={variant} />
        <div className="grid content-start gap-6">
          <div>
            {typeof product.attributes['marca'] === 'string' && (
              <p className="mb-1 text-sm font-semibold tracking-wide text-muted uppercase">
                {product.attributes['marca']}
              </p>
            )}
            <div className="flex items-start justify-between gap-3">
              <h1 className="text-3xl leading-tight font-bold sm:text-4xl">{product.name}</h1>
              <WishButton product={product.id} />
            </div>
          </div>
          <Price product={product} variant={variant} />
          {variant && <Choices product={product} variant={variant} choose={choose} />}
          {variant ? (
            <Buy product={product} variant={variant} quantity={quantity} setQuantity={setQuantity} />
          ) : (
            <p className="text-muted">
              <Trans>Este produto não está à venda agora.</Trans>
            </p>
          )}
          <Promises />
        </div>
      </div>
      <Description product={product} variant={variant} />
      <Related product={product} />
    </>
  )
}

function Where({ product }: { product: Product }) {
  const { t } = useLingui()
  const category = product.categories[0]
  return (
    <nav aria-label={t`Você está em`} className="mb-4">
      <ol className="flex flex-wrap items-center gap-1 text-sm">
        <li className="flex items-center gap-1">
          <Link to="/" className="link py-1">
            <Trans>Início</Trans>
          </Link>
        </li>
        {category && (
          <li className="flex items-center gap-1">
            <Icon name="right" className="size-3.5 text-muted" />
            <Link to="/categoria/$slug" params={{ slug: category.slug }} className="link py-1">
              {category.name}
            </Link>
          </li>
        )}
      </ol>
    </nav>
  )
}

function Price({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const format = useFormat()
  const availability = variant?.availability ?? product.availability
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2" aria-live="polite">
      <p className="money text-3xl font-bold">{format.money(variant?.price ?? product.price)}</p>
      {availability === 'in_stock' && (
        <Badge tone="good">
          <Icon name="check" className="size-4" />
          <Trans>Em estoque</Trans>
        </Badge>
      )}
      {availability === 'low_stock' && (
        <Badge tone="warn">
          <Trans>Últimas unidades</Trans>
        </Badge>
      )}
      {availability === 'out_of_stock' && (
        <Badge tone="bad">
          <Trans>Esgotado</Trans>
        </Badge>
      )}
    </div>
  )
}

interface ChoicesProps {
  product: Product
  variant: Variant
  choose: (next: Variant) => void
}

/** Radio buttons, one group an axis. A value that does not go with what else
 * is chosen leads to the nearest variant there is, and says so. */
function Choices({ product, variant, choose }: ChoicesProps) {
  const { t } = useLingui()
  const called = useAttributeName()
  const axes = axesOf(product.variants, variant)
  return (
    <div className="grid gap-5">
      {axes.map((axis) => (
        <fieldset key={axis.name}>
          <legend className="mb-2 font-semibold">
            <span className="inline-block first-letter:uppercase">{called(axis.name)}</span>
            <span className="font-normal text-muted">: {variant.options[axis.name]}</span>
          </legend>
          <div className="flex flex-wrap gap-2">
            {axis.choices.map(({ value, leadsTo, exact }) => {
              const out = leadsTo.availability === 'out_of_stock'
              return (
                <label
                  key={value}
                  title={!exact ? t`Muda outra opção também` : undefined}
                  className={
                    'relative flex min-h-11 items-center rounded-lg border px-4 has-checked:border-brand has-checked:bg-brand-soft has-checked:font-semibold has-checked:text-brand has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-brand ' +
                    (exact ? 'border-edge' : 'border-dashed border-edge text-muted') +
                    (out ? ' line-through decoration-1' : '')
                  }
                >
                  <input
                    type="radio"
                    name={axis.name}
                    checked={variant.options[axis.name] === value}
                    onChange={() => choose(leadsTo)}
                    className="absolute inset-0 size-full cursor-pointer opacity-0"
                  />
                  {value}
                  {out && (
                    <span className="sr-only">
                      <Trans>esgotado</Trans>
                    </span>
                  )}
                </label>
              )
            })}
          </div>
        </fieldset>
      ))}
    </div>
  )
}

interface BuyProps {
  product: Product
  variant: Variant
  quantity: number
  setQuantity: (quantity: number) => void
}

/** Said once it is true: who leaves the page before may have nothing there. */
const told = () =>
  toast(
    <Trans>Está na sacola.</Trans>,
    <Link to="/sacola" className="font-semibold underline">
      <Trans>Ver a sacola</Trans>
    </Link>,
  )

function Buy({ product, variant, quantity, setQuantity }: BuyProps) {
  const out = variant.availability === 'out_of_stock'
  const change = useChangeCart()
  const add = () => {
    const line = {
      variantId: variant.id,
      productId: product.id,
      sku: variant.sku,
      name: product.variants.length > 1 ? `${product.name} ${variant.name}` : product.name,
      price: variant.price,
      quantity,
    }
    change.mutate({ kind: 'add', line }, { onSuccess: told })
  }
  if (out) return <TellMe key={variant.id} variant={variant.id} />
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Quantity value={quantity} onChange={setQuantity} of={product.name} />
      {/* The second click of a double click means nothing more. */}
      <Button
        size="large"
        icon="bag"
        onClick={(event) => event.detail < 2 && add()}
        className="grow"
      >
        <Trans>Pôr na sacola</Trans>
      </Button>
    </div>
  )
}

function Promises() {
  return (
    <ul className="card grid gap-3 p-4 text-[0.95rem]">
      <li className="flex items-center gap-3">
        <Icon name="truck" className="size-5 text-brand" />
        <Trans>Entrega em todo o Brasil</Trans>
      </li>
      <li className="flex items-center gap-3">
        <Icon name="back" className="size-5 text-brand" />
        <Trans>Troca grátis em 30 dias</Trans>
      </li>
      <li className="flex items-center gap-3">
        <Icon name="shield" className="size-5 text-brand" />
        <Trans>Pagamento protegido</Trans>
      </li>
    </ul>
  )
}

function plain(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function Description({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { t } = useLingui()
  const called = useAttributeName()
  const details = Object.entries(product.attributes).filter(([, value]) => value !== null)
  return (
    <div className="mt-12 grid gap-x-14 gap-y-8 border-t border-line pt-8 md:grid-cols-2">
      <section aria-labelledby="descricao">
        <h2 id="descricao" className="mb-3 text-2xl font-bold">
          <Trans>Descrição</Trans>
        </h2>
        <div className="grid max-w-prose gap-3 leading-relaxed text-pretty">
          {product.description ? (
            product.description
              .split(/\n{2,}/)
              .map((paragraph, index) => <p key={index}>{paragraph}</p>)
          ) : (
            <p className="text-muted">{t`Sem descrição.`}</p>
          )}
        </div>
      </section>
      <section aria-labelledby="ficha">
        <h2 id="ficha" className="mb-3 text-2xl font-bold">
          <Trans>Ficha</Trans>
        </h2>
        <dl className="grid grid-cols-[auto_1fr]">
          {[...details, ...(variant ? [['SKU', variant.sku] as const] : [])].map(
            ([name, value]) => (
              <div key={name} className="col-span-2 grid grid-cols-subgrid gap-6 border-b border-line py-2.5">
                <dt className="text-muted first-letter:uppercase">{called(name)}</dt>
                <dd>{plain(value)}</dd>
              </div>
            ),
          )}
        </dl>
      </section>
    </div>
  )
}

function Related({ product }: { product: Product }) {
  const { data } = useQuery(relatedQuery(product.slug))
  if (!data || data.length === 0) return null
  return (
    <section aria-labelledby="relacionados" className="mt-14">
      <h2 id="relacionados" className="mb-4 text-2xl font-bold">
        <Trans>Veja também</Trans>
      </h2>
      <ul className="-mx-4 flex gap-3 overflow-x-auto px-4 pb-3 sm:gap-5">
        {data.map((one) => (
          <li key={one.id} className="w-40 shrink-0 sm:w-52">
            <ProductCard product={one} />
          </li>
        ))}
      </ul>
    </section>
  )
}
