// The fields of an address in Brazil. A CEP fills in what it tells, where
// nothing was written by hand.

import { Field, SelectField } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { isCep, lookUpPlace, writtenCep, type Place } from './postal'

export interface AddressValues {
  recipient?: string
  street?: string
  number?: string
  complement?: string
  district?: string
  city?: string
  region?: string
  postal_code?: string
}

const STATES =
  'AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO'.split(' ')

interface AddressFieldsProps {
  values?: AddressValues
  error?: (name: string) => string | undefined
  /** The address leads to this CEP and state now. */
  onPlace?: (postalCode: string | null, state: string | null) => void
}

type Told = 'nothing' | 'asking' | 'unknown'

export function AddressFields({ values = {}, error = () => undefined, onPlace }: AddressFieldsProps) {
  const { t } = useLingui()
  const frame = useRef<HTMLDivElement>(null)
  /** What was filled in for the buyer, by name: it may be filled in anew. */
  const filled = useRef(new Map<string, string>())
  const asked = useRef<AbortController>(null)
  const [told, setTold] = useState<Told>('nothing')

  useEffect(() => () => asked.current?.abort(), [])

  const control = (name: string) =>
    frame.current?.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`)

  const announce = () => {
    const cep = control('postal_code')?.value ?? ''
    onPlace?.(isCep(cep) ? cep : null, control('region')?.value || null)
  }

  const fill = (place: Place) => {
    const known = {
      street: place.street,
      district: place.district,
      city: place.city,
      region: place.state,
    }
    for (const [name, value] of Object.entries(known)) {
      const field = control(name)
      if (!field || !value) continue
      if (field.value === '' || field.value === filled.current.get(name)) {
        field.value = value
        filled.current.set(name, value)
      }
    }
  }

  const onCep = async (text: string) => {
    asked.current?.abort()
    setTold('nothing')
    if (!isCep(text)) return
    const mine = (asked.current = new AbortController())
    setTold('asking')
    try {
      const place = await lookUpPlace(text, mine.signal)
      if (mine.signal.aborted) return
      if (place) fill(place)
      setTold(place ? 'nothing' : 'unknown')
    } catch {
      // Whoever knows his address can write it without help.
      if (!mine.signal.aborted) setTold('nothing')
    }
    if (!mine.signal.aborted) announce()
  }

  return (
    <div ref={frame} className="grid gap-4 sm:grid-cols-6">
      <Field
        className="sm:col-span-6"
        label={t`Quem recebe`}
        name="recipient"
        autoComplete="name"
        required
        maxLength={120}
        defaultValue={values.recipient}
        error={error('recipient')}
      />
      <Field
        className="sm:col-span-2"
        label={t`CEP`}
        name="postal_code"
        inputMode="numeric"
        autoComplete="postal-code"
        placeholder="00000-000"
        required
        pattern="\d{5}-?\d{3}"
        title={t`Oito números`}
        defaultValue={values.postal_code}
        error={
          error('postal_code') ??
          (told === 'unknown' ? t`Este CEP não existe.` : undefined)
        }
        onInput={(event) => {
          event.currentTarget.value = writtenCep(event.currentTarget.value)
          void onCep(event.currentTarget.value)
        }}
      />
      <p role="status" className="self-end text-sm text-muted sm:col-span-4 sm:pb-3">
        {told === 'asking' ? (
          <Trans>Procurando o endereço…</Trans>
        ) : (
          <Trans>O CEP preenche o que sabemos dele.</Trans>
        )}
      </p>
      <Field
        className="sm:col-span-4"
        label={t`Rua`}
        name="street"
        autoComplete="address-line1"
        required
        maxLength={200}
        defaultValue={values.street}
        error={error('street')}
      />
      <Field
        className="sm:col-span-2"
        label={t`Número`}
        name="number"
        maxLength={20}
        required
        defaultValue={values.number}
        error={error('number')}
      />
      <Field
        className="sm:col-span-3"
        label={t`Complemento`}
        optional={t`se houver`}
        name="complement"
        autoComplete="address-line2"
        maxLength={100}
        defaultValue={values.complement}
        error={error('complement')}
      />
      <Field
        className="sm:col-span-3"
        label={t`Bairro`}
        name="district"
        autoComplete="address-level3"
        maxLength={100}
        required
        defaultValue={values.district}
        error={error('district')}
      />
      <Field
        className="sm:col-span-4"
        label={t`Cidade`}
        name="city"
        autoComplete="address-level2"
        required
        maxLength={100}
        defaultValue={values.city}
        error={error('city')}
      />
      <SelectField
        className="sm:col-span-2"
        label={t`Estado`}
        name="region"
        autoComplete="address-level1"
        required
        defaultValue={values.region ?? ''}
        error={error('region')}
        onChange={announce}
      >
        <option value="" />
        {STATES.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </SelectField>
    </div>
  )
}
