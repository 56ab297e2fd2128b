import { Problem } from '@commerce/api'
import { describe, expect, test, vi } from 'vitest'
import type { Payment } from './provider'
import { startPayment } from './start'

const underWay = new Problem(409, { code: 'payment_under_way', payment_id: 'p' } as object)
const stands = (status: Payment['status'], provider: Payment['provider'] = 'stripe') =>
  vi.fn(() => Promise.resolve({ id: 'p', status, provider } as Payment))

describe('a payment of an order', () => {
  test('that was begun and left is taken up', async () => {
    const confirm = stands('requires_action')
    const post = vi.fn(() => Promise.reject(underWay))
    expect((await startPayment('stripe', post, confirm))?.id).toBe('p')
    expect(confirm).toHaveBeenCalledWith({ id: 'p' })
    expect(post).toHaveBeenCalledTimes(1)
  })

  test('starts anew when the one before it turns out to be refused', async () => {
    const post = vi.fn(() => Promise.resolve({ id: 'q' } as Payment)).mockRejectedValueOnce(underWay)
    expect((await startPayment('stripe', post, stands('failed')))?.id).toBe('q')
  })

  test('does not take up what another form has begun', async () => {
    const post = () => Promise.reject(underWay)
    await expect(startPayment('test', post, stands('requires_action'))).rejects.toBe(underWay)
  })

  test('is refused as the gateway says', async () => {
    const error = new Problem(409, { code: 'order_not_payable' })
    const confirm = stands('captured')
    await expect(startPayment('stripe', () => Promise.reject(error), confirm)).rejects.toBe(error)
    expect(confirm).not.toHaveBeenCalled()
  })
})
