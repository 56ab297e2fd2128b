// One of many, found on the server while somebody types.

import { Icon } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { ComboBox } from 'react-aria-components/ComboBox'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
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
  className = '',
}: PickProps<T>) {
  const { t } = useLingui()
  const [words, setWords] = useState(initial?.text ?? '')
  const [chosen, setChosen] = useState<T | null>(initial)
  const asked = useSettled(words.trim())
  const { data, isFetching } = useQuery({
    queryKey: ['pick', source, asked],
    queryFn: ({ signal }) => search(asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const items = data ?? []

  const choose = (id: string | number | null) => {
    const found = items.find((one) => one.id === id) ?? null
    if (id === null || !found) return
    onPick(found)
    setChosen(several ? null : found)
    setWords(several ? '' : found.text)
  }

  return (
    <ComboBox
      className={`grid content-start gap-1.5 ${className}`}
      items={items}
      inputValue={words}
      onInputChange={(next) => {
        setWords(next)
        if (next === '' && chosen) {
          setChosen(null)
          onPick(null)
        }
      }}
      selectedKey={chosen?.id ?? null}
      onSelectionChange={choose}
      onBlur={() => setWords(several ? '' : (chosen?.text ?? ''))}
      allowsEmptyCollection
      allowsCustomValue
      menuTrigger="focus"
      isRequired={required}
      isInvalid={error !== undefined}
    >
      <Label className="text-sm font-semibold">{label}</Label>
      <div className="relative">
        <Input className="min-h-11 w-full rounded-lg border border-edge bg-surface py-2 pr-11 pl-3.5 text-ink data-invalid:border-bad data-invalid:ring-1 data-invalid:ring-bad" />
        <Button
          aria-label={t`Mostrar as opções`}
          className="absolute inset-y-0 right-0 grid w-11 place-items-center text-muted"
        >
          <Icon name="down" className="size-4" />
        </Button>
      </div>
      {error ? (
        <FieldError className="flex items-center gap-1.5 text-sm text-bad">{error}</FieldError>
      ) : (
        hint && (
          <Text slot="description" className="text-sm text-muted">
            {hint}
          </Text>
        )
      )}
      <Popover offset={4} className="floating w-(--trigger-width) overflow-auto p-1">
        <ListBox
          className="max-h-72 outline-none"
          renderEmptyState={() => (
            <p className="px-3 py-2 text-sm text-muted">
              {isFetching || asked !== words.trim() ? (
                <Trans>Procurando…</Trans>
              ) : (
                <Trans>Nada encontrado</Trans>
              )}
            </p>
          )}
        >
          {(item: T) => (
            <ListBoxItem
              id={item.id}
              textValue={item.text}
              className="flex min-h-9 cursor-pointer items-center justify-between gap-3 rounded-md px-3 py-1.5 text-sm outline-none data-focused:bg-sunken data-selected:font-semibold"
            >
              <span className="min-w-0 truncate">{item.text}</span>
              {item.note && <span className="shrink-0 text-muted">{item.note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
