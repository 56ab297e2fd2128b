// One of many, found on the server while somebody types: a field with the list
// of what was found below it (the pattern "combobox" of ARIA).

import { FieldFrame, Icon, problemText } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useSettled } from '../parts/use-settled'

export interface Choice {
  id: string
  text: string
  note?: ReactNode
}

interface PickProps<T extends Choice> {
  label: string
  /** Names the source of the choices in the store of what was read. */
  source: string
  search: (words: string, signal: AbortSignal) => Promise<T[]>
  onPick: (choice: T | null) => void
  /** What is chosen at first. */
  initial?: T | null
  /** After a choice the field is empty again, for the next one. */
  several?: boolean
  hint?: string
  error?: string | undefined
  required?: boolean
  className?: string
}

export function Pick<T extends Choice>({
  label,
  source,
  search,
  onPick,
  initial = null,
  several = false,
  hint,
  error,
  required,
  className,
}: PickProps<T>) {
  const { t } = useLingui()
  const list = useId()
  const field = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState(initial?.text ?? '')
  const [chosen, setChosen] = useState<T | null>(initial)
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  // Enter was pressed before it was known what the words find.
  const [hurry, setHurry] = useState(false)
  const asked = useSettled(words.trim())
  const query = useQuery({
    queryKey: ['pick', source, asked],
    queryFn: ({ signal }) => search(asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    enabled: open,
  })
  const items = query.data ?? []
  const current = Math.min(at, items.length - 1)
  const shown = open && items.length > 0
  // Until then the list is that of the words before.
  const found = query.isSuccess && !query.isPlaceholderData && asked === words.trim()

  const choose = (found: T) => {
    onPick(found)
    setChosen(several ? null : found)
    setWords(several ? '' : found.text)
    setOpen(false)
  }
  const chooseFound = useEffectEvent(() => {
    const item = items[current]
    if (open && item) choose(item)
  })
  useEffect(() => {
    if (!hurry || !found) return
    setHurry(false)
    chooseFound()
  }, [hurry, found])
  const type = (next: string) => {
    setWords(next)
    setAt(0)
    setHurry(false)
    setOpen(true)
    if (next === '' && chosen) {
      setChosen(null)
      onPick(null)
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const item = items[current]
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step) {
      setAt(open ? (current + step + items.length) % Math.max(1, items.length) : 0)
      setOpen(true)
    } else if (open && event.key === 'Enter' && !found) setHurry(true)
    else if (open && event.key === 'Enter' && item) choose(item)
    else if (open && event.key === 'Escape') setOpen(false)
    else return
    // Neither the form nor the dialog around it shall hear of it.
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <FieldFrame label={label} hint={hint} error={error} className={className ?? ''}>
      {(wiring) => (
        <div className="relative">
          <input
            {...wiring}
            ref={field}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={shown ? list : undefined}
            aria-activedescendant={shown ? `${list}-${current}` : undefined}
            autoComplete="off"
            required={required}
            value={words}
            onChange={(event) => type(event.target.value)}
            onClick={() => setOpen(true)}
            onKeyDown={onKeyDown}
            onBlur={() => {
              setOpen(false)
              setHurry(false)
              setWords(several ? '' : (chosen?.text ?? ''))
            }}
            className="min-h-11 w-full rounded-lg border border-edge bg-surface py-2 pr-11 pl-3.5 text-ink aria-invalid:border-bad aria-invalid:ring-1 aria-invalid:ring-bad"
          />
          <button
            type="button"
            tabIndex={-1}
            aria-label={t`Mostrar as opções`}
            className="absolute inset-y-0 right-0 grid w-11 place-items-center text-muted"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => {
              field.current?.focus()
              setOpen(!open)
            }}
          >
            <Icon name="down" className="size-4" />
          </button>
          {open && (
            <Below of={field}>
              {shown ? (
                <ul id={list} role="listbox" aria-label={label} className="min-h-0 overflow-y-auto">
                  {items.map((item, index) => (
                    <Option
                      key={item.id}
                      id={`${list}-${index}`}
                      item={item}
                      chosen={item.id === chosen?.id}
                      current={index === current}
                      choose={() => choose(item)}
                    />
                  ))}
                </ul>
              ) : (
                <p role="status" className="px-3 py-2 text-sm text-muted">
                  {query.isFetching || asked !== words.trim() ? (
                    <Trans>Procurando…</Trans>
                  ) : query.error ? (
                    problemText(query.error)
                  ) : (
                    <Trans>Nada encontrado</Trans>
                  )}
                </p>
              )}
            </Below>
          )}
        </div>
      )}
    </FieldFrame>
  )
}

interface OptionProps {
  id: string
  item: Choice
  chosen: boolean
  current: boolean
  choose: () => void
}

function Option({ id, item, chosen, current, choose }: OptionProps) {
  const line = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (current) line.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <li
      ref={line}
      id={id}
      role="option"
      aria-selected={chosen}
      onPointerDown={(event) => event.preventDefault()}
      onClick={choose}
      className={`flex min-h-9 cursor-pointer flex-wrap items-center justify-between gap-x-3 rounded-md px-3 py-1.5 text-sm hover:bg-sunken ${current ? 'bg-sunken' : ''} ${chosen ? 'font-semibold' : ''}`}
    >
      <span className="wrap-anywhere">{item.text}</span>
      {item.note && <span className="wrap-anywhere text-muted">{item.note}</span>}
    </li>
  )
}

/** Above everything, where a field is: dialogs would cut it off. */
function Below({ of, children }: { of: { current: HTMLElement | null }; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const [field, list] = [of.current, box.current]
    if (!field || !list) return
    const place = () => {
      const { left, width, top, bottom } = field.getBoundingClientRect()
      const below = innerHeight - bottom
      const above = below < 200 && top > below
      list.style.left = `${left}px`
      list.style.width = `${width}px`
      list.style.top = above ? 'auto' : `${bottom + 4}px`
      list.style.bottom = above ? `${innerHeight - top + 4}px` : 'auto'
      list.style.maxHeight = `${Math.min(300, (above ? top : below) - 12)}px`
    }
    list.showPopover()
    place()
    addEventListener('scroll', place, true)
    addEventListener('resize', place)
    return () => {
      removeEventListener('scroll', place, true)
      removeEventListener('resize', place)
    }
  }, [of])
  return (
    <div ref={box} popover="manual" className="inset-auto m-0 floating flex-col overflow-hidden p-1 text-ink open:flex">
      {children}
    </div>
  )
}
