// The control of a setting, by the kind that its rule names. Its value is what
// the gateway gets.

import { Button, Choice, Field, IconButton, SelectField, TextAreaField } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useId, type ReactNode } from 'react'
import { lasting, lastingText, units, type Lasting } from './lasting'
import { optionName, unitNames } from './words'

export type Value = string | number | string[] | Record<string, string> | null

export interface Rule {
  kind: string
  min?: string | number
  max?: string | number
  options?: string[]
  empty?: boolean
}

interface ControlProps {
  label: string
  hint: string | undefined
  rule: Rule
  value: Value
  onChange: (value: Value) => void
  error: string | undefined
}

export function Control({ rule, ...props }: ControlProps) {
  const { label, value, onChange } = props
  switch (rule.kind) {
    case 'integer':
      return (
        <Field
          {...props}
          className="max-w-xs"
          type="number"
          required
          min={rule.min}
          max={rule.max}
          value={value === null ? '' : Number(value)}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
        />
      )
    case 'choice':
      return (
        <SelectField {...props} className="max-w-xs" value={String(value)} onChange={(event) => onChange(event.target.value)}>
          {(rule.options ?? []).map((one) => (
            <option key={one} value={one}>
              {optionName(one)}
            </option>
          ))}
        </SelectField>
      )
    case 'choices':
      return <Choices {...props} options={rule.options ?? []} value={value as string[]} onChange={onChange} />
    case 'duration':
      return <Duration {...props} empty={rule.empty ?? false} value={value as string | null} onChange={onChange} />
    case 'durations':
      return <Durations {...props} value={value as Record<string, string>} onChange={onChange} />
    case 'emails':
      return (
        <TextAreaField
          {...props}
          rows={3}
          value={(value as string[]).join('\n')}
          onChange={(event) => onChange(event.target.value.split('\n').map((one) => one.trim()))}
        />
      )
    case 'text':
      return (
        <Field
          {...props}
          required
          maxLength={200}
          value={String(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    default:
      return <Field label={label} readOnly value={JSON.stringify(value)} />
  }
}

function Group({ label, hint, error, children }: Pick<ControlProps, 'label' | 'hint' | 'error'> & { children: ReactNode }) {
  const id = useId()
  return (
    <fieldset className="grid min-w-0 gap-1.5" aria-describedby={(error ?? hint) ? id : undefined}>
      <legend className="mb-1.5 text-sm font-semibold">{label}</legend>
      {children}
      {(error ?? hint) && (
        <p id={id} className={`text-sm ${error ? 'text-bad' : 'text-muted'}`}>
          {error ?? hint}
        </p>
      )}
    </fieldset>
  )
}

type Part<T> = Pick<ControlProps, 'label' | 'hint' | 'error'> & { value: T; onChange: (value: T) => void }

function Choices({ options, value, onChange, ...around }: Part<string[]> & { options: string[] }) {
  return (
    <Group {...around}>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {options.map((one) => (
          <Choice
            key={one}
            type="checkbox"
            checked={value.includes(one)}
            onChange={(event) =>
              onChange(options.filter((each) => (each === one ? event.target.checked : value.includes(each))))
            }
          >
            {optionName(one)}
          </Choice>
        ))}
      </div>
    </Group>
  )
}

function Duration({ empty, value, onChange, ...around }: Part<string | null> & { empty: boolean }) {
  return (
    <Group {...around}>
      {value !== null && <Length value={value} onChange={onChange} />}
      {empty && (
        <Choice
          type="checkbox"
          checked={value === null}
          onChange={(event) => onChange(event.target.checked ? null : '30 days')}
        >
          <Trans>Sem prazo</Trans>
        </Choice>
      )}
    </Group>
  )
}

/** By way of payment; what is not named has the first one. */
function Durations({ value, onChange, ...around }: Part<Record<string, string>>) {
  const { t } = useLingui()
  const entries = Object.entries(value).sort(([a], [b]) => Number(b === 'default') - Number(a === 'default'))
  const put = (index: number, next: [string, string] | null) =>
    onChange(Object.fromEntries(entries.flatMap((one, at) => (at !== index ? [one] : next ? [next] : []))))
  return (
    <Group {...around}>
      {entries.map(([name, length], index) => (
        <div
          key={name === 'default' ? name : index}
          className="flex flex-wrap items-center gap-2"
        >
          {name === 'default' ? (
            <span className="w-24 sm:w-36">
              <Trans>Todos</Trans>
            </span>
          ) : (
            <input
              aria-label={t`Forma de pagamento`}
              className="control w-36 shrink-0"
              maxLength={40}
              required
              value={name}
              onChange={(event) => put(index, [event.target.value, length])}
            />
          )}
          <Length of={name} value={length} onChange={(next) => put(index, [name, next])} />
          {name !== 'default' && (
            <IconButton icon="trash" label={t`Tirar ${name}`} onClick={() => put(index, null)} />
          )}
        </div>
      ))}
      <Button
        look="secondary"
        size="small"
        icon="plus"
        className="justify-self-start"
        onClick={() => onChange({ ...value, ['']: '1 hour' })}
      >
        <Trans>Outra forma de pagamento</Trans>
      </Button>
    </Group>
  )
}

function Length({ of = '', value, onChange }: { of?: string; value: string; onChange: (value: string) => void }) {
  const { t } = useLingui()
  const now = lasting(value)
  const set = (part: Partial<Lasting>) => {
    const next = { ...now, ...part }
    onChange(next.count === '' ? ` ${next.unit}` : lastingText(next))
  }
  const names = unitNames()
  return (
    <div className="flex min-w-0 gap-2">
      <input
        type="number"
        required
        min={1}
        max={99999}
        aria-label={t`Quantidade ${of}`}
        className="control w-24"
        value={now.count}
        onChange={(event) => set({ count: event.target.value })}
      />
      <select
        aria-label={t`Unidade ${of}`}
        className="control"
        value={now.unit}
        onChange={(event) => set({ unit: event.target.value as Lasting['unit'] })}
      >
        {units.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </select>
    </div>
  )
}
