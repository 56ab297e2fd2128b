import { describe, expect, test, vi } from 'vitest'
import { Declined, type Acted, type Paying, type Payment } from './provider'
import { settle } from './settle'

const payment = (status: Payment['status']) => ({ id: 'p', status }) as Payment

const paying = (acted: Acted): Paying => ({
  begin: () => Promise.resolve(null),
  act: () => Promise.resolve(acted),
})

describe('a payment', () => {
  test('that is captured asks the buyer nothing', async () => {
    const confirm = vi.fn()
    const form = paying({ left: true })
    expect((await settle(form, payment('captured'), confirm))?.status).toBe('captured')
    expect(confirm).not.toHaveBeenCalled()
  })

  test('is confirmed with what the buyer did', async () => {
    const confirm = vi.fn(() => Promise.resolve(payment('captured')))
    const form = paying({ left: false, outcome: 'approve' })
    await settle(form, payment('requires_action'), confirm)
    expect(confirm).toHaveBeenCalledWith(payment('requires_action'), 'approve')
  })

  test('is left alone once the buyer is on the page of the provider', async () => {
    const confirm = vi.fn()
    expect(await settle(paying({ left: true }), payment('requires_action'), confirm)).toBeNull()
    expect(confirm).not.toHaveBeenCalled()
  })

  test('that the form saw refused is looked at by the gateway before another try', async () => {
    const confirm = vi.fn(() => Promise.resolve(payment('failed')))
    const form: Paying = { ...paying({ left: true }), act: () => Promise.reject(new Declined('no')) }
    await expect(settle(form, payment('requires_action'), confirm)).rejects.toThrow('no')
    expect(confirm).toHaveBeenCalledWith(payment('requires_action'))
  })

  test('that is refused is no success, at once or after the bank was asked', async () => {
    const refused = () => Promise.resolve(payment('failed'))
    const form = paying({ left: false, outcome: 'decline' })
    await expect(settle(form, payment('failed'), refused)).rejects.toBeInstanceOf(Declined)
    await expect(settle(form, payment('requires_action'), refused)).rejects.toBeInstanceOf(Declined)
  })
})
