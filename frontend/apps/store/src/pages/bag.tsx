import type { Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, buttonClass, EmptyState, ErrorState, Icon, Skeleton, toast, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { NO_TERMS, quote, type Quote } from '../bag/quote'
import { acceptPrice, putBack, removeLine, setQuantity, useBag, type BagLine } from '../bag/store'
import { Quantity } from '../parts/quantity'
import { Rail } from '../parts/rail'

export function BagPage() {
  const { t } = useLingui()
  const lines = useBag()
  useTitle(t`Sacola`)
  const query = useQuery(quote(lines, NO_TERMS))

  if (lines.length === 0) {
    return (
      <>
        <EmptyState
          page
          icon="bag"
          title={<Trans>A sua sacola está vazia</Trans>}
          action={
            <Link to="/busca" className={buttonClass('primary', 'large')}>
              <Trans>Ver produtos</Trans>
            </Link>
          }
        >
          <Trans>O que você puser aqui fica guardado neste aparelho.</Trans>
        </EmptyState>
        <Rail
          title={<Trans>Mais vendidos</Trans>}
          query={{ sort: 'popularity' }}
          all={{ sort: '-popularity' }}
        />
      </>
    )
  }

  return (
    <div className="page pt-8">
      <h1 className="mb-6 text-3xl font-bold">
        <Trans>Sacola</Trans>
      </h1>
      <div className="grid items-start gap-8 lg:grid-cols-[1fr_22rem]">
        <ul aria-label={t`Produtos na sacola`} className="card divide-y divide-line">
          {lines.map((line) => (
            <li key={line.variantId} className="p-4 sm:p-5">
              <Line line={line} quote={query.data} />
            </li>
          ))}
        </ul>
        <section aria-labelledby="resumo" className="card grid gap-4 p-5 lg:sticky lg:top-4">
          <h2 id="resumo" className="text-lg font-semibold">
            <Trans>Resumo</Trans>
          </h2>
          {query.error ? (
            <ErrorState error={query.error} retry={() => void query.refetch()} />
          ) : query.data ? (
            <Summary quote={query.data} stale={query.isPlaceholderData} />
          ) : (
            <Skeleton className="h-28" />
          )}
          <Link
            to="/finalizar"
            className={buttonClass('primary', 'large')}
            aria-disabled={blocking(query.data).length > 0 || undefined}
          >
            <Trans>Finalizar a compra</Trans>
          </Link>
          <p className="flex items-center justify-center gap-2 text-sm text-muted">
            <Icon name="lock" className="size-4" />
            <Trans>Pagamento protegido</Trans>
          </p>
        </section>
      </div>
    </div>
  )
}

/** What has to be mended in the bag before it can be ordered. */
function blocking(quote: Quote | undefined): Schemas['PricingProblem'][] {
  return (
    quote?.problems.filter(
      ({ code }) =>
        code === 'insufficient_stock' || code === 'unavailable_item' || code === 'unknown_item',
    ) ?? []
  )
}

function Summary({ quote, stale }: { quote: Quote; stale: boolean }) {
  const format = useFormat()
  return (
    <dl className={`grid gap-2 transition-opacity ${stale ? 'opacity-50' : ''}`}>
      <div className="flex justify-between gap-4">
        <dt>
          <Trans>Produtos</Trans>
        </dt>
        <dd className="money">{format.money(quote.subtotal)}</dd>
      </div>
      {quote.discount_total.amount > 0 && (
        <div className="flex justify-between gap-4 text-good">
          <dt>
            <Trans>Desconto</Trans>
          </dt>
          <dd className="money">
            {format.money({ ...quote.discount_total, amount: -quote.discount_total.amount })}
          </dd>
        </div>
      )}
      <div className="flex justify-between gap-4 text-muted">
        <dt>
          <Trans>Entrega</Trans>
        </dt>
        <dd>
          <Trans>no próximo passo</Trans>
        </dd>
      </div>
      <div className="flex justify-between gap-4 border-t border-line pt-3 text-xl font-bold">
        <dt>
          <Trans>Subtotal</Trans>
        </dt>
        <dd className="money" data-testid="subtotal">
          {format.money({
            ...quote.subtotal,
            amount: quote.subtotal.amount - quote.discount_total.amount,
          })}
        </dd>
      </div>
    </dl>
  )
}

function Line({ line, quote }: { line: BagLine; quote: Quote | undefined }) {
  const { t } = useLingui()
  const format = useFormat()
  const priced = quote?.items.find((item) => item.variant_id === line.variantId)
  const price = priced?.unit_price ?? line.price
  const problem = blocking(quote).find((one) => one.variant_id === line.variantId)
  const changed = priced && priced.unit_price.amount !== line.price.amount

  const remove = () => {
    removeLine(line.variantId)
    toast(
      <Trans>Saiu da sacola.</Trans>,
      <button type="button" className="font-semibold underline" onClick={() => putBack(line)}>
        <Trans>Desfazer</Trans>
      </button>,
    )
  }

  return (
    <article className="grid gap-3">
      <div className="grid grid-cols-[5rem_1fr] gap-4 sm:grid-cols-[6.5rem_1fr_auto]">
        {line.image ? (
          <img
            src={line.image}
            alt=""
            width="104"
            height="104"
            className="aspect-square w-full rounded-lg bg-sunken object-cover"
          />
        ) : (
          <span className="grid aspect-square place-items-center rounded-lg bg-sunken text-muted">
            <Icon name="box" className="size-8" />
          </span>
        )}
        <div>
          <h2 className="font-medium">
            <Link to="/produto/$id" params={{ id: line.slug }} className="text-ink hover:underline">
              {line.name}
            </Link>
          </h2>
          {line.variant && <p className="text-sm text-muted">{line.variant}</p>}
          <p className="mt-1 text-sm text-muted">
            <Trans>{format.money(price)} cada</Trans>
          </p>
        </div>
        <p className="money col-start-2 text-lg font-bold sm:col-start-3 sm:text-right">
          {format.money({ ...price, amount: price.amount * line.quantity })}
        </p>
        <div className="col-span-full flex flex-wrap items-center gap-2 sm:col-start-2">
          <Quantity
            value={line.quantity}
            of={line.name}
            onChange={(quantity) => setQuantity(line.variantId, quantity)}
          />
          <Button
            look="quiet"
            size="small"
            icon="trash"
            aria-label={t`Tirar ${line.name} da sacola`}
            onClick={remove}
          >
            <Trans>Tirar</Trans>
          </Button>
        </div>
      </div>
      {problem && (
        <Alert tone="bad">
          {problem.code === 'insufficient_stock' ? (
            typeof problem['available'] === 'number' && problem['available'] > 0 ? (
              <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <Trans>Só temos {problem['available']}.</Trans>
                <button
                  type="button"
                  className="link"
                  onClick={() => setQuantity(line.variantId, Number(problem['available']))}
                >
                  <Trans>Levar {problem['available']}</Trans>
                </button>
              </span>
            ) : (
              <Trans>Esgotou enquanto estava na sacola.</Trans>
            )
          ) : (
            <Trans>Saiu de venda. Tire-o para continuar.</Trans>
          )}
        </Alert>
      )}
      {changed && !problem && (
        <Alert tone="info">
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <Trans>
              O preço mudou de {format.money(line.price)} para {format.money(priced.unit_price)}.
            </Trans>
            <button
              type="button"
              className="link"
              onClick={() => acceptPrice(line.variantId, priced.unit_price)}
            >
              <Trans>Entendi</Trans>
            </button>
          </span>
        </Alert>
      )}
    </article>
  )
}
