import { api, ok } from '@commerce/api'
import { queryOptions } from '@tanstack/react-query'
import { lazy } from 'react'
import type { Method, Provider } from './provider'

const TestForm = lazy(() => import('./test').then((file) => ({ default: file.TestForm })))
const StripeForm = lazy(() => import('./stripe').then((file) => ({ default: file.StripeForm })))
const RedirectForm = lazy(() => import('./redirect').then((file) => ({ default: file.RedirectForm })))

function methodOf(provider: Provider, publicKey: string | null): Method {
  const Form =
    provider === 'test' ? TestForm : provider === 'stripe' && publicKey ? StripeForm : RedirectForm
  return { id: provider, provider, publicKey, Form }
}

/** The ways of paying that the gateway is configured for, best first. */
export const paymentMethods = queryOptions({
  queryKey: ['payment-providers'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/payments/providers', { signal }))).data.map(
      ({ provider, public_key }) => methodOf(provider, public_key),
    ),
})
