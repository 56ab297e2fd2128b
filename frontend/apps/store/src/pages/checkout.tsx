// From the bag to an order that is paid, on one page and by one submission. The
// key of the order is made once for what is ordered: whatever happens to the
// network, pressing the button again cannot order twice.

import { isProblem } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, buttonClass, EmptyState, Loading, problemText, SessionUnknown, Skeleton, useTitle, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef, useState, type FormEvent } from 'react'
import { blocking, cartQuery, forgetCart } from '../bag/cart'
import { Coupons } from '../bag/coupons'
import { Credits } from '../bag/credits'
import { EmptyBag } from '../bag/empty'
import type { Cart } from '../bag/kept'
import { CartTotals } from '../bag/totals'
import { Contact } from '../checkout/contact'
import { useDestination } from '../checkout/destination'
import { placeOrder, type Placing } from '../checkout/place'
import { knowsPlace, Shipping } from '../checkout/shipping'
import { Step } from '../checkout/step'
import { Where } from '../checkout/where'
import { myAddresses } from '../data'
import { Thumbnail, useProductsOf } from '../parts/cart-item'
import { take } from '../parts/form'
import { PaymentForm } from '../payment/form'
import { Declined, type Paying } from '../payment/provider'

export function CheckoutPage() {
  const { t } = useLingui()
  const user = useUser()
  const query = useQuery({ ...cartQuery, refetchOnMount: 'always' })
  /** What was ordered, or may have been, until that is settled. */
  const [ordered, setOrdered] = useState<Cart>()
  /** Somebody was logged in here. */
  const [customer, setCustomer] = useState(false)
  if (user && !customer) setCustomer(true)
  useTitle(t`Finalizar a compra`)
  const cart = ordered ?? query.data

  // A cart that is not the reader's yet is on its way to be.
  const arriving = cart && user !== undefined && cart.customer_id !== (user?.id ?? null)
  if (user === null && customer) return <LoggedOut />
  if (user === undefined) return <SessionUnknown />
  if (arriving && !ordered) return <Loading />
  if (!cart || cart.items.length === 0) return query.isFetching ? <Loading /> : <EmptyBag />
  if (blocking(cart).length > 0 && !ordered) return <Mend />
  return <Checkout cart={cart} hold={(on) => setOrdered(on ? cart : undefined)} />
}

/** The session has ended, here or elsewhere. The bag is the account's. */
function LoggedOut() {
  return (
    <EmptyState
      page
      icon="lock"
      title={<Trans>A sua sessão terminou</Trans>}
      action={
        <Link to="/entrar" search={{ de: '/finalizar' }} className={buttonClass('primary', 'large')}>
          <Trans>Entrar de novo</Trans>
        </Link>
      }
    >
      <Trans>Entre de novo para continuar: a sua sacola está guardada na sua conta.</Trans>
    </EmptyState>
  )
}

function Mend() {
  return (
    <EmptyState
      page
      icon="alert"
      title={<Trans>Um produto da sacola mudou</Trans>}
      action={
        <Link to="/sacola" className={buttonClass('primary', 'large')}>
          <Trans>Ver a sacola</Trans>
        </Link>
      }
    >
      <Trans>Acabou ou saiu de venda enquanto você comprava. Resolva na sacola e volte.</Trans>
    </EmptyState>
  )
}

interface CheckoutProps {
  cart: Cart
  /** Whether this cart is shown on, whatever the gateway says of it. */
  hold: (on: boolean) => void
}

function Checkout({ cart, hold }: CheckoutProps) {
  const user = useUser() ?? null
  const navigate = useNavigate()
  const queries = useQueryClient()
  const format = useFormat()
  const changing = useIsMutating() > 0
  const paying = useRef<Paying>(null)
  const intent = useRef({ of: '', key: '' })
  const [chosen, setChosen] = useState<string>()
  const addresses = useQuery({ ...myAddresses, enabled: user !== null })
  const saved = user ? (addresses.data ?? []) : []
  const address =
    saved.find((one) => one.id === chosen) ??
    (chosen === undefined ? (saved.find((one) => one.is_default) ?? saved[0]) : undefined)
  const destination = useDestination(cart, address)

  const place = useMutation({
    mutationFn: async (texts: Record<string, string>) => {
      const payment = await paying.current?.begin()
      if (!payment || !paying.current) return null
      const placing: Placing = { cart, user, address, texts, payment }
      return placeOrder(placing, paying.current, intent.current, () => {
        // From here on there is an order: the bag is empty, whatever comes.
        hold(true)
        forgetCart(queries)
      })
    },
    onSuccess: async (to) => {
      if (to) await navigate(to)
    },
    onError: (error) => {
      // Refused: look again. Else nobody knows whether it has become an order,
      // and pressing the button again finds out.
      const refused = isProblem(error) && error.status < 500
      hold(!refused)
      if (refused) void queries.invalidateQueries({ queryKey: cartQuery.queryKey })
    },
    // Orders, credit and stock are others now, and an address may be kept.
    onSettled: () => {
      for (const key of ['me', 'product']) void queries.invalidateQueries({ queryKey: [key] })
    },
  })

  const submit = (event: FormEvent<HTMLFormElement>) => place.mutate(take(event))
  const ready = knowsPlace(cart) && cart.shipping_method !== null && !changing

  return (
    <div className="page pt-8">
      <h1 className="mb-6 text-3xl font-bold">
        <Trans>Finalizar a compra</Trans>
      </h1>
      <form onSubmit={submit} className="grid items-start gap-6 lg:grid-cols-[1fr_24rem] lg:gap-8">
        <div className="grid gap-5">
          <Step number={1} title={<Trans>Quem compra</Trans>}>
            <Contact user={user} />
          </Step>
          <Step number={2} title={<Trans>Onde entregar</Trans>}>
            {user && addresses.isPending ? (
              <Skeleton className="h-80" />
            ) : (
              <Where
                saved={saved}
                address={address}
                choose={setChosen}
                name={user?.name}
                onPlace={destination.tell}
              />
            )}
          </Step>
          <Step number={3} title={<Trans>Como entregar</Trans>}>
            <Shipping cart={cart} destination={destination} />
          </Step>
          <Step number={4} title={<Trans>Pagamento</Trans>}>
            <div className="grid gap-5">
              <Credits cart={cart} />
              <PaymentForm ref={paying} amount={cart.amount_due} />
            </div>
          </Step>
        </div>
        <section aria-labelledby="conferir" className="card grid gap-4 p-5 sm:p-6 lg:sticky lg:top-4">
          <h2 id="conferir" className="text-lg font-semibold">
            <Trans>Confira</Trans>
          </h2>
          <Lines cart={cart} />
          <Coupons cart={cart} />
          <CartTotals
            cart={cart}
            freight={cart.shipping_method !== null}
            later={<Trans>depois do CEP</Trans>}
          />
          {place.error && <Refused error={place.error} />}
          <Button
            type="submit"
            size="large"
            icon="lock"
            busy={place.isPending}
            disabled={!ready}
          >
            {cart.amount_due.amount === 0 ? (
              <Trans>Fazer o pedido</Trans>
            ) : (
              <Trans>Pagar {format.money(cart.amount_due)}</Trans>
            )}
          </Button>
          {!knowsPlace(cart) && (
            <p className="text-center text-sm text-muted">
              <Trans>Falta dizer onde entregar.</Trans>
            </p>
          )}
          <p className="text-center text-sm text-muted">
            <Trans>Troca grátis em 30 dias.</Trans>{' '}
            <Link to="/sacola" className="link">
              <Trans>Mudar a sacola</Trans>
            </Link>
          </p>
        </section>
      </form>
    </div>
  )
}

function Lines({ cart }: { cart: Cart }) {
  const format = useFormat()
  const products = useProductsOf(cart.items)
  return (
    <ul className="grid gap-3 border-b border-line pb-4">
      {cart.items.map((item) => (
        <li key={item.variant_id} className="grid grid-cols-[3.25rem_1fr_auto] gap-3">
          <Thumbnail item={item} product={products.get(item.product_id ?? 0)} />
          <span className="text-[0.95rem] leading-snug">
            {item.name}
            <span className="block text-sm text-muted">
              <Trans>{item.quantity} × {format.money(item.unit_price)}</Trans>
            </span>
          </span>
          <span className="money">
            {format.money({ ...item.unit_price, amount: item.unit_price.amount * item.quantity })}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Refused({ error }: { error: unknown }) {
  if (error instanceof Declined) {
    return (
      <Alert tone="bad">
        {error.message || <Trans>O pagamento não foi aceito. Tente outro cartão.</Trans>}
      </Alert>
    )
  }
  if (isProblem(error, 'price_changed') || isProblem(error, 'due_changed')) {
    return (
      <Alert tone="warn">
        <Trans>O total mudou enquanto você comprava. Confira e confirme de novo.</Trans>
      </Alert>
    )
  }
  if (isProblem(error) && ['insufficient_stock', 'unavailable_item', 'unknown_item'].includes(error.code)) {
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
