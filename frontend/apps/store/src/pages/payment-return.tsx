// Where a buyer comes back to from the page of a provider.

import { Loading, useTitle } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { guestOrderById } from '../guest/kept'
import { confirmerOf } from '../payment/confirm'
import type { Payment } from '../payment/provider'
import { recall } from '../payment/return'

export function PaymentReturnPage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  useTitle(t`Pagamento`)
  useEffect(() => {
    const left = recall()
    if (!left) {
      void navigate({ to: '/conta', replace: true })
      return
    }
    const guest = guestOrderById(left.order)
    const there = guest
      ? ({ to: '/pedido/$number', params: { number: String(guest.order.number) } } as const)
      : ({ to: '/conta/pedidos/$id', params: { id: left.order }, search: { novo: true } } as const)
    // What became of it is told by the order, also when nobody can say yet.
    void confirmerOf(guest?.cart)({ id: left.payment } as Payment)
      .catch(() => undefined)
      .then(() => navigate({ ...there, replace: true }))
  }, [navigate])
  return <Loading />
}
