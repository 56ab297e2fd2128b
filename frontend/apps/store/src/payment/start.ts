// The first step of another payment of an order. One that was begun and left, by
// a tab that was closed or a network that was away, is taken up.

import { isProblem } from '@commerce/api'
import type { Provider, Payment } from './provider'
import type { Confirm } from './settle'

type Started = Payment | null | undefined

/** `post` starts a payment, as often as it is called. Throws what it throws. */
export async function startPayment(
  provider: Provider,
  post: () => Promise<Started>,
  confirm: Confirm,
): Promise<Started> {
  try {
    return await post()
  } catch (error) {
    const id = isProblem(error, 'payment_under_way') && error.body['payment_id']
    if (typeof id !== 'string') throw error
    const found = await confirm({ id } as Payment)
    if (found.status === 'failed' || found.status === 'canceled') return post()
    if (found.status === 'requires_action' && found.provider !== provider) throw error
    return found
  }
}
