// The search field with suggestions: a combobox of WAI-ARIA, whose list is
// steered by the arrows and which is a plain form without them.

import { Icon } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useId, useState, type KeyboardEvent } from 'react'
import { suggestions } from '../data'

export function SearchBox() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const list = useId()
  const there = useRouterState({
    select: (state) => (state.location.search as { q?: string }).q ?? '',
  })
  const [text, setText] = useState(there)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const asked = useDeferredValue(text.trim().slice(0, 100))
  const { data } = useQuery({
    ...suggestions(asked),
    enabled: open && asked.length > 1,
    placeholderData: keepPreviousData,
  })
  const options = open && asked.length > 1 ? (data ?? []) : []

  useEffect(() => setText(there), [there])

  const close = () => {
    setOpen(false)
    setActive(-1)
  }

  const submit = () => {
    close()
    const q = text.trim()
    if (q) void navigate({ to: '/busca', search: { q } })
  }

  const choose = (index: number) => {
    const option = options[index]
    close()
    if (!option) return
    if (option.kind === 'category') {
      void navigate({ to: '/categoria/$slug', params: { slug: option.slug } })
    } else void navigate({ to: '/produto/$id', params: { id: option.slug } })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && options.length > 0) {
      event.preventDefault()
      // One more place than there are options: the field itself.
      const places = options.length + 1
      setActive(((active + 1 + step + places) % places) - 1)
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault()
      choose(active)
    } else if (event.key === 'Escape') close()
  }

  return (
    <form
      role="search"
      className="relative"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <input
        type="search"
        name="q"
        value={text}
        maxLength={200}
        autoComplete="off"
        role="combobox"
        aria-label={t`Buscar na loja`}
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        placeholder={t`O que você procura?`}
        className="h-11 w-full rounded-full bg-white pr-12 pl-5 text-[#1b1d1a] placeholder:text-[#5f635c] focus-visible:outline-sun [&::-webkit-search-cancel-button]:hidden"
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
          setActive(-1)
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      <button
        type="submit"
        aria-label={t`Buscar`}
        className="absolute inset-y-0 right-0 grid w-12 place-items-center rounded-r-full text-[#17563e]"
      >
        <Icon name="search" />
      </button>
      <ul
        id={list}
        role="listbox"
        aria-label={t`Sugestões`}
        hidden={options.length === 0}
        className="absolute inset-x-0 top-full z-40 mt-2 overflow-hidden rounded-2xl border border-line bg-surface py-2 text-ink shadow-float"
      >
        {options.map((option, index) => (
          <li
            key={`${option.kind}-${option.id}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            className="flex min-h-11 cursor-pointer items-center gap-3 px-5 hover:bg-sunken aria-selected:bg-brand-soft"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(index)}
          >
            <Icon
              name={option.kind === 'category' ? 'menu' : 'search'}
              className="size-4 text-muted"
            />
            <span className="grow">{option.text}</span>
            {option.kind === 'category' && (
              <span className="text-sm text-muted">{t`categoria`}</span>
            )}
          </li>
        ))}
      </ul>
    </form>
  )
}
