// What narrows a table, in a row above it. Each writes to the address.

import { Icon } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useState, type ReactNode } from 'react'
import { useSettled } from '../parts/use-settled'

/** How a filter looks that narrows something. */
export const filtering = 'border-brand! bg-brand-soft! font-semibold text-brand'

interface SearchFilterProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** Words to search for, on the server, as they are typed. */
export function SearchFilter({ label, value = '', onChange }: SearchFilterProps) {
  const { t } = useLingui()
  const [words, setWords] = useState(value)
  const settled = useSettled(words.trim(), 250)
  const [told, setTold] = useState(value)

  // The address changed otherwise (Back, a view): the field follows.
  useEffect(() => {
    setWords(value)
    setTold(value)
  }, [value])
  useEffect(() => {
    if (settled === told || settled !== words.trim()) return
    setTold(settled)
    onChange(settled || undefined)
  }, [settled, told, words, onChange])

  return (
    <div className="relative min-w-40 grow basis-40 sm:max-w-80">
      <Icon name="search" className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="control w-full pl-8! placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
      />
      {words && (
        <button
          type="button"
          aria-label={t`Limpar a busca`}
          onClick={() => setWords('')}
          className="absolute inset-y-0 right-0 grid w-9 place-items-center text-muted"
        >
          <Icon name="close" className="size-4" />
        </button>
      )}
    </div>
  )
}

interface DayFilterProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** A day, by the browser's own calendar; half typed ones are not asked for. */
export function DayFilter({ label, value, onChange }: DayFilterProps) {
  return (
    <label className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
      {label}
      <input
        type="date"
        min="2000-01-01"
        max="2100-12-31"
        value={value ?? ''}
        onChange={(event) => {
          if (event.target.validity.valid) onChange(event.target.value || undefined)
        }}
        className={`control w-34 ${value ? filtering : 'text-ink'}`}
      />
    </label>
  )
}

/** Two days, which stay side by side. */
export function Span({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap gap-2 sm:flex-nowrap">{children}</div>
}

interface SelectFilterProps<T extends string> {
  label: string
  value: T | undefined
  /** Value and words; the first entry is for no filter. */
  all: string
  options: readonly (readonly [T, string])[]
  onChange: (value: T | undefined) => void
}

export function SelectFilter<T extends string>({ label, value, all, options, onChange }: SelectFilterProps<T>) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange((event.target.value || undefined) as T | undefined)}
      className={`control max-w-52 ${value ? filtering : ''}`}
    >
      <option value="">{all}</option>
      {options.map(([id, words]) => (
        <option key={id} value={id}>
          {words}
        </option>
      ))}
    </select>
  )
}
