import { describe, expect, test } from 'vitest'
import { creditOf, dueOf, standingOf } from './due'
import type { Payment } from './provider'

const money = (amount: number) => ({ amount, currency: 'BRL' })
const order = { status: 'pending', total: money(7330), canceled_total: money(0) } as const

const payment = (provider: Payment['provider'], status: Payment['status'], captured = 0) => ({
  provider,
  status,
  captured: money(captured),
  refunded: money(0),
})

describe('an order', () => {
  test('that a gift card pays in part is due for what is left, whatever the card took', () => {
    const payments = [payment('test', 'failed'), payment('credit', 'captured', 1000)]
    const standing = standingOf(order, payments)
    expect(standing).toEqual({ last: 'failed', left: money(6330) })
    expect(dueOf(order, standing)).toBe('payment')
    expect(creditOf(order, payments)).toEqual(money(1000))
  })

  test('that nothing is left of is not due', () => {
    const standing = standingOf(order, [payment('credit', 'captured', 7330)])
    expect(dueOf(order, standing)).toBe('nothing')
  })

  test('whose payment is on its way waits, and is due when that fails', () => {
    expect(dueOf(order, standingOf(order, [payment('stripe', 'processing')]))).toBe('waiting')
    expect(dueOf(order, standingOf(order, [payment('stripe', 'failed')]))).toBe('payment')
    expect(dueOf(order, standingOf(order, []))).toBe('payment')
  })
})
