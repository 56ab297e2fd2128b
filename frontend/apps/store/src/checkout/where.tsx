// Where to deliver: one of the addresses that are kept, or another.

import type { Schemas } from '@commerce/api'
import { Choice } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { AddressFields } from '../parts/address'
import { AddressLines } from '../parts/order'

export type Saved = Schemas['SavedAddress']

interface WhereProps {
  saved: Saved[]
  address: Saved | undefined
  choose: (id: string) => void
  /** Of a customer, whose address can be kept. */
  name: string | undefined
  onPlace: (postalCode: string | null, state: string | null) => void
}

export function Where({ saved, address, choose, name, onPlace }: WhereProps) {
  const fields = (
    <div className="grid gap-4">
      <AddressFields values={{ recipient: name }} onPlace={onPlace} />
      {name !== undefined && (
        <Choice type="checkbox" name="remember" defaultChecked>
          <Trans>Guardar este endereço na minha conta</Trans>
        </Choice>
      )}
    </div>
  )
  if (saved.length === 0) return fields
  return (
    <fieldset className="grid gap-3">
      <legend className="sr-only">
        <Trans>Endereço de entrega</Trans>
      </legend>
      {saved.map((one) => (
        <label
          key={one.id}
          className="flex items-start gap-3 rounded-lg border border-line p-4 has-checked:border-brand has-checked:bg-brand-soft"
        >
          <input
            type="radio"
            name="address"
            value={one.id}
            checked={address?.id === one.id}
            onChange={() => choose(one.id)}
            className="mt-1 size-5 shrink-0"
          />
          <AddressLines
            address={{ ...one, phone: undefined, name: one.recipient, state: one.region }}
          />
        </label>
      ))}
      <Choice
        type="radio"
        name="address"
        value="new"
        checked={address === undefined}
        onChange={() => choose('new')}
      >
        <Trans>Outro endereço</Trans>
      </Choice>
      {address === undefined && fields}
    </fieldset>
  )
}
