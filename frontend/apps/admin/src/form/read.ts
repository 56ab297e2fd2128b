// Forms are the browser's own. What people type as money, per cent, numbers and
// moments is read in their language; what cannot be read is said at its field.

import { useFormat, type Format } from '@commerce/i18n'
import { t } from '@lingui/core/macro'
import { useState, type FormEvent } from 'react'
import { fieldErrors } from './problems'

/** Reads the fields of one form, by name. An empty field is null. */
export interface Reader {
  text(name: string): string | null
  /** A text that may be empty. */
  words(name: string): string
  integer(name: string): number | null
  /** Minor units. */
  money(name: string, currency: string): number | null
  /** "12,5" is 125000 parts per million. */
  percent(name: string): number | null
  /** A local date and time as RFC 3339. */
  moment(name: string): string | null
  on(name: string): boolean
  all(name: string): string[]
  /** Says what is wrong with a field. */
  refuse(name: string, why: string): void
}

/** `parse` makes the value that is sent; `submit` gets it when all of it could
 * be read. `refused` is the gateway's answer to the last one. */
export function useForm<T>(
  parse: (read: Reader) => T,
  submit: (value: T) => void,
  refused?: unknown,
) {
  const format = useFormat()
  const [unread, setUnread] = useState<Record<string, string>>({})

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const found: Record<string, string> = {}
    const value = parse(reader(new FormData(form), format, found))
    setUnread(found)
    const first = Object.keys(found)[0]
    if (first === undefined) submit(value)
    else form.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus()
  }

  const at = fieldErrors(refused)
  return { onSubmit, error: (name: string) => unread[name] ?? at(`/${name}`) }
}

function reader(data: FormData, format: Format, found: Record<string, string>): Reader {
  const words = (name: string) => {
    const value = data.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const refuse = (name: string, why: string) => {
    found[name] ??= why
  }
  const read = (name: string, value: number | null, why: string) => {
    if (words(name) !== '' && value === null) refuse(name, why)
    return value
  }
  const decimal = (name: string, places: number, why: string) =>
    read(name, format.parseDecimal(words(name), places), why)
  return {
    words,
    refuse,
    text: (name) => words(name) || null,
    integer: (name) => decimal(name, 0, t`Escreva um número.`),
    money: (name, currency) =>
      read(name, format.parseMoney(words(name), currency), t`Escreva um valor, como 19,90.`),
    percent: (name) => decimal(name, 4, t`Escreva uma porcentagem, como 12,5.`),
    moment: (name) => (words(name) ? new Date(words(name)).toISOString() : null),
    on: (name) => data.get(name) !== null,
    all: (name) => data.getAll(name).filter((value) => typeof value === 'string'),
  }
}

/** What a datetime-local field shows for a moment. */
export function localMoment(value: string | null | undefined): string {
  if (!value) return ''
  const date = new Date(value)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** The moment as it is kept when a field that shows minutes was left alone. */
export function sameMoment(kept: string | null | undefined, read: string | null) {
  return kept && localMoment(kept) === localMoment(read) ? kept : read
}
