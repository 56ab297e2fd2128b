// The choice of a way to pay, and its form.

import { ErrorState, Icon, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useImperativeHandle, useState, type Ref } from 'react'
import { paymentMethods } from './methods'
import type { Method, Paying, Provider } from './provider'

interface PaymentFormProps {
  ref: Ref<Paying>
  amount: { amount: number; currency: string }
}

export function PaymentForm({ ref, amount }: PaymentFormProps) {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(paymentMethods)
  const [chosen, setChosen] = useState<string>()
  const method = data?.find(({ id }) => id === chosen) ?? data?.[0]

  if (amount.amount === 0) return <Covered ref={ref} by={data?.[0]?.provider} />
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!data) return <Skeleton className="h-40" />
  if (!method) {
    return (
      <p className="text-muted">
        <Trans>A loja não recebe pagamentos agora.</Trans>
      </p>
    )
  }
  return (
    <div className="grid gap-4">
      {data.length > 1 && (
        <fieldset className="grid gap-2 sm:grid-cols-2">
          <legend className="sr-only">{t`Forma de pagamento`}</legend>
          {data.map((one) => (
            <label
              key={one.id}
              className="flex min-h-11 items-center gap-3 rounded-lg border border-line px-4 py-3 has-checked:border-brand has-checked:bg-brand-soft"
            >
              <input
                type="radio"
                name="payment"
                value={one.id}
                checked={one.id === method.id}
                onChange={() => setChosen(one.id)}
                className="size-5 shrink-0"
              />
              <MethodName method={one} />
            </label>
          ))}
        </fieldset>
      )}
      <Suspense fallback={<Skeleton className="h-40" />}>
        <method.Form
          key={method.id}
          ref={ref}
          amount={amount}
          publicKey={method.publicKey}
          provider={method.provider}
        />
      </Suspense>
    </div>
  )
}

/** Nothing is left for a provider; one has to be named all the same, and is not
 * asked. Should there be something after all, the gateway refuses. */
function Covered({ ref, by = 'test' }: { ref: Ref<Paying>; by?: Provider }) {
  useImperativeHandle(ref, () => ({
    begin: () =>
      Promise.resolve(
        by === 'stripe'
          ? { provider: by, flow: 'intent' as const }
          : by === 'paypal'
            ? { provider: by, flow: 'redirect' as const, return_url: location.href, cancel_url: location.href }
            : { provider: by, flow: 'token' as const, token: 'tok_success' },
      ),
    act: () => Promise.resolve({ left: false as const }),
  }))
  return (
    <p className="flex items-center gap-3 text-muted">
      <Icon name="check" />
      <Trans>Está tudo pago: não é preciso um cartão.</Trans>
    </p>
  )
}

const brands: Record<Provider, string> = { test: '', stripe: 'Stripe', paypal: 'PayPal' }

function MethodName({ method }: { method: Method }) {
  return (
    <span className="flex grow items-center justify-between gap-2 font-medium">
      {method.provider === 'paypal' ? (
        'PayPal'
      ) : (
        <span>
          <Trans>Cartão</Trans>
          {method.provider === 'test' ? (
            <span className="text-muted">
              {' · '}
              <Trans>teste</Trans>
            </span>
          ) : (
            <span className="text-muted"> · {brands[method.provider]}</span>
          )}
        </span>
      )}
      <Icon name={method.provider === 'paypal' ? 'out' : 'card'} className="size-5 text-muted" />
    </span>
  )
}
