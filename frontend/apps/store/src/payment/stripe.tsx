// Stripe's own form in its own frame: its script is fetched when this form is
// shown and never before, from Stripe, as Stripe wants it.

import { Alert, isDark, Skeleton } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { loadStripe } from '@stripe/stripe-js/pure'
import type { Stripe, StripeElements } from '@stripe/stripe-js'
import { useEffect, useImperativeHandle, useRef, useState } from 'react'
import { Declined, type PaymentFormProps } from './provider'
import { remember } from './return'

export function StripeForm({ ref, amount, publicKey }: PaymentFormProps) {
  const place = useRef<HTMLDivElement>(null)
  const [stripe, setStripe] = useState<Stripe | null>(null)
  const [elements, setElements] = useState<StripeElements | null>(null)
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  const { amount: minor, currency } = amount

  useEffect(() => {
    let gone = false
    loadStripe(publicKey ?? '', { locale: document.documentElement.lang as 'pt-BR' })
      .then((loaded) => {
        if (gone) return
        if (loaded) setStripe(loaded)
        else setState('failed')
      })
      .catch(() => {
        if (!gone) setState('failed')
      })
    return () => {
      gone = true
    }
  }, [publicKey])

  useEffect(() => {
    if (!stripe || !place.current) return
    const made = stripe.elements({
      mode: 'payment',
      amount: Math.max(1, minor),
      currency: currency.toLowerCase(),
      appearance: { theme: isDark() ? 'night' : 'stripe' },
    })
    const element = made.create('payment')
    element.on('ready', () => setState('ready'))
    element.on('loaderror', () => setState('failed'))
    element.mount(place.current)
    setElements(made)
    return () => element.destroy()
    // The amount is told to the form that is there (below); another form for
    // each change of the bag would lose what was typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [stripe, currency])

  useEffect(() => {
    elements?.update({ amount: Math.max(1, minor) })
  }, [elements, minor])

  useImperativeHandle(ref, () => ({
    begin: async () => {
      if (!elements) return null
      const { error } = await elements.submit()
      return error ? null : { provider: 'stripe', flow: 'intent' }
    },
    act: async (payment) => {
      const secret = payment.action?.['client_secret']
      if (!stripe || !elements || typeof secret !== 'string') return { left: false }
      remember(payment)
      const { error } = await stripe.confirmPayment({
        elements,
        clientSecret: secret,
        confirmParams: { return_url: `${location.origin}/finalizar/volta` },
        redirect: 'if_required',
      })
      if (error) throw new Declined(error.message)
      return { left: false }
    },
  }))

  return (
    <div aria-busy={state === 'loading'}>
      {state === 'failed' && (
        <Alert tone="bad">
          <Trans>O formulário do cartão não carregou. Verifique a sua internet e recarregue a página.</Trans>
        </Alert>
      )}
      {state === 'loading' && <Skeleton className="h-48" />}
      <div ref={place} />
    </div>
  )
}
