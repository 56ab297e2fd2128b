// Back to an order that a guest has not paid yet: the tab was closed while the
// bank asked, or the bank's app has opened another.

import { isProblem } from '@commerce/api'
import { Alert } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { trackedOrder } from '../data'
import { dueOf } from '../payment/due'
import { settleGuestOrder, unpaidGuestOrders, type GuestOrder } from './kept'

export function PayLink({ order }: { order: { number: number } }) {
  return (
    <Link to="/pedido/$number" params={{ number: String(order.number) }} className="link">
      <Trans>Pagar este pedido</Trans>
    </Link>
  )
}

/** Of the last of them, if the gateway says that it is so. */
export function UnpaidNotice() {
  const [last] = useState(() => unpaidGuestOrders().at(-1))
  return last && <Notice known={last} />
}

function Notice({ known }: { known: GuestOrder }) {
  const { data, error } = useQuery(trackedOrder(known.order.number, known.email))
  const due = data && dueOf(data, { last: data.payment_status, left: data.amount_due })
  const over = due === 'nothing' || isProblem(error, 'order_not_found')
  useEffect(() => {
    if (over) settleGuestOrder(known)
  }, [over, known])
  if (!data || due !== 'payment') return null
  return (
    <div className="page pt-6">
      <Alert tone="warn">
        <span className="flex flex-wrap items-center gap-x-4">
          <Trans>O pedido {data.number} está reservado e espera o pagamento.</Trans>
          <PayLink order={data} />
        </span>
      </Alert>
    </div>
  )
}
