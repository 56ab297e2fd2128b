// How to deliver, with the prices of the gateway for where it goes.

import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, ErrorState, problemText, Skeleton } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useChangeCart } from '../bag/cart'
import type { Cart } from '../bag/kept'
import type { Destination } from './destination'

const shippingOptions = (cart: Cart) =>
  queryOptions({
    queryKey: ['shipping-options', cart.id, cart.region, cart.version],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/carts/{id}/shipping-options', {
            signal,
            params: { path: { id: cart.id } },
          }),
        )
      ).data,
  })

/** Whether the cart knows a part of the country that it goes to. */
export const knowsPlace = (cart: Cart) => cart.region.includes('-')

interface ShippingProps {
  cart: Cart
  destination: Destination
}

export function Shipping({ cart, destination }: ShippingProps) {
  const { t } = useLingui()
  const format = useFormat()
  const change = useChangeCart({ quiet: true })
  const known = knowsPlace(cart)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...shippingOptions(cart),
    enabled: known,
  })
  const chosen = data?.find(({ code }) => code === cart.shipping_method)
  const standard = data?.find(({ days_max }) => days_max !== null) ?? data?.[0]
  /** What was pressed, until the cart says so or says why not. */
  const [wish, setWish] = useState<string>()
  const shown = wish ?? (chosen ?? standard)?.code
  const choose = (code: string) => {
    setWish(code)
    change.mutate(
      { kind: 'terms', terms: { shipping_method: code } },
      { onSettled: () => setWish(undefined) },
    )
  }

  // The first that brings it home, unless another was chosen. Once that was
  // refused, it is for the buyer to try again.
  const { isIdle, isSuccess, mutate, variables } = change
  const free = isIdle || isSuccess
  useEffect(() => {
    if (known && !isPlaceholderData && !chosen && standard && free) {
      mutate({ kind: 'terms', terms: { shipping_method: standard.code } })
    }
  }, [known, isPlaceholderData, chosen, standard, free, mutate])

  if (destination.error) {
    return <ErrorState error={destination.error} retry={destination.again} />
  }
  if (!known) {
    return (
      <p className="text-muted">
        <Trans>Diga o CEP, e as formas de entrega aparecem aqui com o preço.</Trans>
      </p>
    )
  }
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!data) return <Skeleton className="h-36" />
  if (data.length === 0) {
    return (
      <p className="text-muted">
        <Trans>Ainda não entregamos nesse endereço.</Trans>
      </p>
    )
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="sr-only">
        <Trans>Forma de entrega</Trans>
      </legend>
      {data.map((option) => {
        const missing = option.free_from ? option.free_from.amount - cart.subtotal.amount : 0
        return (
          <label
            key={option.code}
            className="flex items-center gap-3 rounded-lg border border-line px-4 py-3 has-checked:border-brand has-checked:bg-brand-soft"
          >
            <input
              type="radio"
              name="shipping"
              value={option.code}
              required
              checked={shown === option.code}
              onChange={() => choose(option.code)}
              className="size-5 shrink-0"
            />
            <span className="grow">
              <span className="font-medium">{option.name}</span>
              {option.days_max !== null && (
                <span className="block text-sm text-muted">
                  {plural(option.days_max, { one: 'até # dia útil', other: 'até # dias úteis' })}
                  {option.free_from && option.amount.amount > 0 && missing > 0 && (
                    <>
                      {' · '}
                      <Trans>
                        grátis com mais{' '}
                        {format.money({ ...option.free_from, amount: missing })}
                      </Trans>
                    </>
                  )}
                </span>
              )}
            </span>
            <span className="money font-semibold">
              {option.amount.amount === 0 ? t`grátis` : format.money(option.amount)}
            </span>
          </label>
        )
      })}
      {change.error && (
        <Alert tone="bad">
          <span className="flex flex-wrap items-center gap-x-4">
            {problemText(change.error)}
            <button type="button" className="link" onClick={() => variables && mutate(variables)}>
              <Trans>Tentar de novo</Trans>
            </button>
          </span>
        </Alert>
      )}
    </fieldset>
  )
}
