// From the bag to an order in one page and one submission. The key of the order
// is made once for what is ordered: whatever happens to the network, pressing
// the button again cannot order twice.

import { api, isProblem, newKey, ok, type Schemas, type SessionUser } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, buttonClass, Choice, EmptyState, Loading, problemText, Skeleton, useTitle, useUser } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { NO_TERMS, quote as quoteQuery, type Quote, type Terms } from '../bag/quote'
import { emptyBag, useBag, type BagLine } from '../bag/store'
import { myAddresses } from '../data'
import { AddressFields } from '../parts/address'
import { AddressLines } from '../parts/order'
import { take } from '../parts/form'

type Saved = Schemas['SavedAddress']

export function CheckoutPage() {
  const { t } = useLingui()
  const user = useUser()
  const lines = useBag()
  const done = useRef(false)
  useTitle(t`Finalizar a compra`)

  if (user === undefined) return <Loading />
  if (lines.length === 0 && !done.current) return <EmptyBag />
  if (user === null) return <WhoAreYou />
  return <Checkout user={user} lines={lines} done={done} />
}

function EmptyBag() {
  return (
    <EmptyState
      page
      icon="bag"
      title={<Trans>A sua sacola está vazia</Trans>}
      action={
        <Link to="/busca" className={buttonClass('primary', 'large')}>
          <Trans>Ver produtos</Trans>
        </Link>
      }
    />
  )
}

function WhoAreYou() {
  return (
    <div className="page max-w-xl! pt-10">
      <h1 className="mb-4 text-3xl font-bold">
        <Trans>Finalizar a compra</Trans>
      </h1>
      <p className="mb-6 text-muted">
        <Trans>Para acompanhar o pedido e poder trocar, é preciso uma conta. A sacola fica como está.</Trans>
      </p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Link to="/entrar" search={{ de: '/finalizar' }} className={buttonClass('primary', 'large')}>
          <Trans>Entrar</Trans>
        </Link>
        <Link to="/cadastro" search={{ de: '/finalizar' }} className={buttonClass('secondary', 'large')}>
          <Trans>Criar conta</Trans>
        </Link>
      </div>
    </div>
  )
}

interface CheckoutProps {
  user: SessionUser
  lines: readonly BagLine[]
  done: { current: boolean }
}

function Checkout({ user, lines, done }: CheckoutProps) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const addresses = useQuery(myAddresses)
  const [terms, setTerms] = useState<Terms>(NO_TERMS)
  const [chosen, setChosen] = useState<string>()
  const intent = useRef({ of: '', key: '' })
  const saved = addresses.data
  const address =
    saved?.find((one) => one.id === chosen) ??
    (chosen === undefined ? (saved?.find((one) => one.is_default) ?? saved?.[0]) : undefined)
  const effective: Terms = address
    ? { ...terms, state: address.region, postalCode: address.postal_code }
    : terms
  const quote = useQuery(quoteQuery(lines, effective))

  // The first way of delivery that there is, unless another was chosen.
  const offered = quote.data?.shipping_options
  const method = offered?.find(({ code }) => code === terms.method) ?? offered?.[0]
  useEffect(() => {
    if (method && method.code !== terms.method) {
      setTerms((before) => ({ ...before, method: method.code }))
    }
  }, [method, terms.method])

  const place = useMutation({
    mutationFn: async (texts: Record<string, string>) => {
      if (!quote.data) throw new Error('no quote')
      const body = orderOf(lines, quote.data, address, texts)
      const of = JSON.stringify(body)
      if (intent.current.of !== of) intent.current = { of, key: newKey() }
      const order = await ok(
        api.POST('/api/v1/orders', {
          params: { header: { 'Idempotency-Key': intent.current.key } },
          body,
        }),
      )
      if (texts['remember'] === 'on') await remember(texts)
      return order
    },
    onSuccess: async (order) => {
      done.current = true
      queries.setQueryData(['order', order.id], order)
      void queries.invalidateQueries({ queryKey: ['me'] })
      void queries.invalidateQueries({ queryKey: ['product'] })
      await navigate({ to: '/conta/pedidos/$id', params: { id: order.id }, search: { novo: true } })
      emptyBag()
    },
    onError: () => void quote.refetch(),
  })

  const submit = (event: FormEvent<HTMLFormElement>) => place.mutate(take(event))

  return (
    <div className="page pt-8">
      <h1 className="mb-6 text-3xl font-bold">
        <Trans>Finalizar a compra</Trans>
      </h1>
      <form
        onSubmit={submit}
        onBlur={(event) => readAddress(event.currentTarget, terms, setTerms)}
        className="grid items-start gap-8 lg:grid-cols-[1fr_24rem]"
      >
        <div className="grid gap-5">
          <Step number={1} title={<Trans>Quem compra</Trans>}>
            <p>
              {user.name} · <span className="text-muted">{user.email}</span>
            </p>
          </Step>
          <Step number={2} title={<Trans>Onde entregar</Trans>}>
            {addresses.isPending ? (
              <Skeleton className="h-40" />
            ) : (
              <Where saved={saved ?? []} address={address} choose={setChosen} user={user} />
            )}
          </Step>
          <Step number={3} title={<Trans>Como entregar</Trans>}>
            <Shipping quote={quote.data} terms={terms} setTerms={setTerms} />
          </Step>
          <Step number={4} title={<Trans>Pagamento</Trans>}>
            <p>
              <Trans>O pedido fica reservado, e o pagamento é combinado por e-mail.</Trans>
            </p>
          </Step>
        </div>
        <Review lines={lines} quote={quote.data} stale={quote.isPlaceholderData}>
          {place.error && <Refused error={place.error} />}
          {quote.error && !quote.data && <Alert tone="bad">{problemText(quote.error)}</Alert>}
          <Button
            type="submit"
            size="large"
            icon="lock"
            busy={place.isPending}
            disabled={!quote.data || quote.isPlaceholderData || blocked(quote.data)}
          >
            <Trans>Fazer o pedido</Trans>
          </Button>
        </Review>
      </form>
    </div>
  )
}

function blocked(quote: Quote): boolean {
  return quote.problems.length > 0 || quote.shipping_method === null
}

function orderOf(
  lines: readonly BagLine[],
  quote: Quote,
  address: Saved | undefined,
  texts: Record<string, string>,
): Schemas['NewOrder'] {
  const given = address ?? texts
  return {
    items: lines.map((line) => ({ variant_id: line.variantId, quantity: line.quantity })),
    shipping_method: quote.shipping_method ?? undefined,
    region: quote.region,
    expected_total: quote.total,
    shipping_address: {
      name: given.recipient,
      street: given.street ?? '',
      number: given.number || undefined,
      complement: given.complement || undefined,
      district: given.district || undefined,
      city: given.city ?? '',
      state: given.region,
      postal_code: given.postal_code,
      country: 'BR',
    },
  }
}

/** An address to keep for another time; the order stands without it, too. */
async function remember(texts: Record<string, string>) {
  const { recipient = '', street = '', number, complement, district, city = '', region = '', postal_code = '' } = texts
  await api.POST('/api/v1/me/addresses', {
    body: { recipient, street, number, complement, district, city, region, postal_code },
  })
}

/** A complete CEP or state changes the freight. */
function readAddress(form: HTMLFormElement, terms: Terms, setTerms: (terms: Terms) => void) {
  const value = (name: string) =>
    (form.elements.namedItem(name) as HTMLInputElement | null)?.value ?? ''
  const postalCode = /^\d{5}-?\d{3}$/.test(value('postal_code')) ? value('postal_code') : null
  const state = /^[A-Z]{2}$/.test(value('region')) ? value('region') : null
  if (postalCode !== terms.postalCode || state !== terms.state) {
    setTerms({ ...terms, postalCode, state })
  }
}

function Step({ number, title, children }: { number: number; title: ReactNode; children: ReactNode }) {
  return (
    <section className="card p-5 sm:p-6" aria-labelledby={`passo-${number}`}>
      <h2 id={`passo-${number}`} className="mb-4 flex items-center gap-3 text-lg font-semibold">
        <span
          aria-hidden="true"
          className="grid size-8 place-items-center rounded-full bg-brand text-base text-on-brand"
        >
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  )
}

interface WhereProps {
  saved: Saved[]
  address: Saved | undefined
  choose: (id: string) => void
  user: SessionUser
}

function Where({ saved, address, choose, user }: WhereProps) {
  const fields = (
    <div className="grid gap-4">
      <AddressFields values={{ recipient: user.name }} />
      <Choice type="checkbox" name="remember" defaultChecked>
        <Trans>Guardar este endereço na minha conta</Trans>
      </Choice>
    </div>
  )
  if (saved.length === 0) return fields
  return (
    <div className="grid gap-3">
      {saved.map((one) => (
        <label
          key={one.id}
          className="flex items-start gap-3 rounded-lg border border-line p-4 has-checked:border-brand has-checked:bg-brand-soft"
        >
          <input
            type="radio"
            name="address"
            value={one.id}
            checked={address?.id === one.id}
            onChange={() => choose(one.id)}
            className="mt-1 size-5 shrink-0"
          />
          <AddressLines
            address={{ ...one, phone: undefined, name: one.recipient, state: one.region }}
          />
        </label>
      ))}
      <Choice
        type="radio"
        name="address"
        value="new"
        checked={address === undefined}
        onChange={() => choose('new')}
      >
        <Trans>Outro endereço</Trans>
      </Choice>
      {address === undefined && fields}
    </div>
  )
}

interface TermsProps {
  quote: Quote | undefined
  terms: Terms
  setTerms: (terms: Terms) => void
}

function Shipping({ quote, terms, setTerms }: TermsProps) {
  const { t } = useLingui()
  const format = useFormat()
  if (!quote) return <Skeleton className="h-24" />
  if (quote.shipping_options.length === 0) {
    return (
      <p className="text-muted">
        <Trans>Ainda não entregamos nesse endereço.</Trans>
      </p>
    )
  }
  return (
    <fieldset>
      <legend className="sr-only">
        <Trans>Forma de entrega</Trans>
      </legend>
      {quote.shipping_options.map((option) => (
        <Choice
          key={option.code}
          type="radio"
          name="shipping"
          value={option.code}
          required
          checked={(terms.method ?? quote.shipping_method) === option.code}
          onChange={() => setTerms({ ...terms, method: option.code })}
          note={option.amount.amount === 0 ? t`grátis` : format.money(option.amount)}
        >
          {option.name}
          {option.days_max !== null && (
            <span className="text-muted">
              {' · '}
              {plural(option.days_max, { one: 'até # dia útil', other: 'até # dias úteis' })}
            </span>
          )}
        </Choice>
      ))}
    </fieldset>
  )
}

function Refused({ error }: { error: unknown }) {
  const codes = ['insufficient_stock', 'unavailable_item', 'unknown_item']
  if (isProblem(error, 'price_changed')) {
    return (
      <Alert tone="warn">
        <Trans>O total mudou enquanto você comprava. Confira e confirme de novo.</Trans>
      </Alert>
    )
  }
  if (isProblem(error) && codes.includes(error.code)) {
    return (
      <Alert tone="bad">
        <Trans>
          Um produto acabou de esgotar.{' '}
          <Link to="/sacola" className="link">
            Volte à sacola
          </Link>{' '}
          para resolver.
        </Trans>
      </Alert>
    )
  }
  return <Alert tone="bad">{problemText(error)}</Alert>
}

interface ReviewProps {
  lines: readonly BagLine[]
  quote: Quote | undefined
  stale: boolean
  children: ReactNode
}

function Review({ lines, quote, stale, children }: ReviewProps) {
  const format = useFormat()
  return (
    <section aria-labelledby="conferir" className="card grid gap-4 p-5 sm:p-6 lg:sticky lg:top-4">
      <h2 id="conferir" className="text-lg font-semibold">
        <Trans>Confira</Trans>
      </h2>
      <ul className="grid gap-3 border-b border-line pb-4">
        {lines.map((line) => {
          const item = quote?.items.find((one) => one.variant_id === line.variantId)
          const price = item?.unit_price ?? line.price
          return (
            <li key={line.variantId} className="flex items-start justify-between gap-4">
              <span>
                {line.quantity} × {line.name}
                {line.variant && <span className="block text-sm text-muted">{line.variant}</span>}
              </span>
              <span className="money">
                {format.money({ ...price, amount: price.amount * line.quantity })}
              </span>
            </li>
          )
        })}
      </ul>
      {quote ? <QuoteTotals quote={quote} stale={stale} /> : <Skeleton className="h-28" />}
      {children}
      <Link to="/sacola" className="link text-center text-sm">
        <Trans>Mudar a sacola</Trans>
      </Link>
    </section>
  )
}

function QuoteTotals({ quote, stale }: { quote: Quote; stale: boolean }) {
  const { t } = useLingui()
  const format = useFormat()
  const rows: [ReactNode, string][] = [
    [<Trans key="p">Produtos</Trans>, format.money(quote.subtotal)],
    [
      <Trans key="e">Entrega</Trans>,
      quote.shipping_total.amount === 0 ? t`grátis` : format.money(quote.shipping_total),
    ],
  ]
  if (quote.discount_total.amount !== 0) {
    rows.splice(1, 0, [
      <Trans key="d">Desconto</Trans>,
      format.money({ ...quote.discount_total, amount: -quote.discount_total.amount }),
    ])
  }
  if (quote.tax_total.amount !== 0) {
    rows.push([<Trans key="i">Impostos</Trans>, format.money(quote.tax_total)])
  }
  return (
    <dl aria-live="polite" className={`grid gap-2 ${stale ? 'opacity-50' : ''}`}>
      {rows.map(([name, value], index) => (
        <div key={index} className="flex justify-between gap-4">
          <dt>{name}</dt>
          <dd className="money">{value}</dd>
        </div>
      ))}
      <div className="flex justify-between gap-4 border-t border-line pt-3 text-xl font-bold">
        <dt>
          <Trans>Total</Trans>
        </dt>
        <dd className="money">{format.money(quote.total)}</dd>
      </div>
    </dl>
  )
}
