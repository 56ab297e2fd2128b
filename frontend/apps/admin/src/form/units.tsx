// How many of each line of an order: of what is sent, comes back, arrived or is
// paid back.

import { useFormat, type Format } from '@commerce/i18n'
import { Field } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import type { Reader } from './read'

export interface UnitLine {
  id: number
  name: string
  sku: string
  /** The most that there can be. */
  left: number
}

interface UnitFieldsProps {
  lines: readonly UnitLine[]
  /** All of each is written already. */
  all?: boolean
  error: (name: string) => string | undefined
  onChange?: (id: number, units: number) => void
}

const nameOf = (id: number) => `item${id}`

export function UnitFields({ lines, all = false, error, onChange }: UnitFieldsProps) {
  const format = useFormat()
  return lines.map(({ id, name, sku, left }) => (
    <Field
      key={id}
      label={name}
      hint={t`${sku} · até ${format.number(left)}`}
      name={nameOf(id)}
      inputMode="numeric"
      autoComplete="off"
      defaultValue={all ? left : 0}
      onChange={onChange && ((event) => onChange(id, Number(event.target.value) || 0))}
      error={error(nameOf(id))}
    />
  ))
}

/** Each line and how many of it, none as well. */
export function readUnits(read: Reader, lines: readonly UnitLine[], format: Format) {
  return lines.map(({ id, left }) => {
    const quantity = read.integer(nameOf(id)) ?? 0
    if (quantity < 0 || quantity > left) {
      read.refuse(nameOf(id), t`De 0 a ${format.number(left)}.`)
    }
    return { item_id: id, quantity }
  })
}

/** Those of which there is one at least; there has to be one. */
export function chosenUnits(read: Reader, lines: readonly UnitLine[], format: Format) {
  const items = readUnits(read, lines, format).filter(({ quantity }) => quantity > 0)
  if (items.length === 0 && lines[0]) read.refuse(nameOf(lines[0].id), t`Ao menos uma unidade.`)
  return items
}
