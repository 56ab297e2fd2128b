import { Field } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'

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

export const addressFields = [
  'recipient',
  'postal_code',
  'street',
  'number',
  'complement',
  'district',
  'city',
  'region',
] as const

/** CEP as it is written: 01310-100. */
export function writtenCep(text: string): string {
  const digits = text.replace(/\D/g, '').slice(0, 8)
  return digits.length > 5 ? `${digits.slice(0, 5)}-${digits.slice(5)}` : digits
}

const STATES =
  'AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO'.split(' ')

interface AddressFieldsProps {
  values?: AddressValues
  error?: (name: string) => string | undefined
}

export function AddressFields({ values = {}, error = () => undefined }: AddressFieldsProps) {
  const { t } = useLingui()
  return (
    <div className="grid gap-4 sm:grid-cols-6">
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
        error={error('postal_code')}
        onInput={(event) => {
          event.currentTarget.value = writtenCep(event.currentTarget.value)
        }}
      />
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
        className="sm:col-span-4"
        label={t`Complemento`}
        optional={t`se houver`}
        name="complement"
        autoComplete="address-line2"
        maxLength={100}
        defaultValue={values.complement}
        error={error('complement')}
      />
      <Field
        className="sm:col-span-2"
        label={t`Bairro`}
        name="district"
        maxLength={100}
        required
        defaultValue={values.district}
        error={error('district')}
      />
      <Field
        className="sm:col-span-3"
        label={t`Cidade`}
        name="city"
        autoComplete="address-level2"
        required
        maxLength={100}
        defaultValue={values.city}
        error={error('city')}
      />
      <Field
        className="sm:col-span-1"
        label={t`UF`}
        name="region"
        autoComplete="address-level1"
        required
        minLength={2}
        maxLength={2}
        pattern={STATES.join('|')}
        title={t`A sigla do estado, como SP`}
        defaultValue={values.region}
        error={error('region')}
        onInput={(event) => {
          event.currentTarget.value = event.currentTarget.value.toUpperCase()
        }}
      />
    </div>
  )
}
