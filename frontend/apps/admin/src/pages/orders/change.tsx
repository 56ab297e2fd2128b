// What the sheets that change an order have in common: what is sent with a
// change, where money goes, and why.

import { SelectField, TextAreaField } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { ifMatch, useKeyOf } from '../../form/act'
import type { Reader } from '../../form/read'
import type { Order } from './data'

/** The parameters of a change that happens once, however often it is sent;
 * `seen` counts only for the order as it is shown. */
export function useOnce({ id, version }: Order) {
  const keyOf = useKeyOf()
  return {
    any: (body: unknown) => ({
      path: { id },
      header: { 'Idempotency-Key': keyOf(body) },
    }),
    seen: (body: unknown) => ({
      path: { id },
      header: { ...ifMatch({ version }), 'Idempotency-Key': keyOf([body, version]) },
    }),
  }
}

/** Where money goes back to; what is read of it is part of `readWhy`. */
export function WhereTo({ label }: { label?: string }) {
  const { t } = useLingui()
  return (
    <SelectField label={label ?? t`Para onde`} name="to">
      <option value="origin">{t`Como foi pago`}</option>
      <option value="store_credit">{t`Crédito do cliente na loja`}</option>
    </SelectField>
  )
}

export function Why() {
  const { t } = useLingui()
  return (
    <TextAreaField label={t`Motivo`} optional={t`opcional`} name="reason" rows={2} maxLength={500} />
  )
}

export function readWhy(read: Reader) {
  return {
    ...(read.text('to') === 'store_credit' && { to: 'store_credit' as const }),
    reason: read.text('reason') ?? undefined,
  }
}
