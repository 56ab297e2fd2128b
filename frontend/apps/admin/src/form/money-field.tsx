import { useFormat } from '@commerce/i18n'
import { Field } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useState, type ReactNode } from 'react'

interface MoneyFieldProps {
  label: string
  currency: string
  /** In minor units; null while nothing that makes sense is typed. */
  value: number | null
  onChange: (amount: number | null) => void
  hint?: ReactNode
  error?: string | undefined
  optional?: string
  required?: boolean
  className?: string
}

/** An amount as people write it in their language: 1.234,50 or 1,234.50. */
export function MoneyField({ label, currency, value, onChange, error, ...rest }: MoneyFieldProps) {
  const { t } = useLingui()
  const format = useFormat()
  const shown = value === null ? '' : format.amount({ amount: value, currency })
  const [text, setText] = useState(shown)
  const [typing, setTyping] = useState(false)
  useEffect(() => {
    if (!typing) setText(shown)
  }, [shown, typing])

  const wrong = text !== '' && format.parseMoney(text, currency) === null
  return (
    <Field
      {...rest}
      label={`${label} (${currency})`}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      error={wrong && !typing ? t`Escreva um valor como ${format.amount({ amount: 123450, currency })}.` : error}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => {
        setText(event.target.value)
        onChange(format.parseMoney(event.target.value, currency))
      }}
    />
  )
}
