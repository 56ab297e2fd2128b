// The provider of demonstrations: it moves no money. Like the script of a real
// one it makes a token of a card, here in the page, and the number goes nowhere.

import { Alert, Button, Dialog, Field } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useImperativeHandle, useRef, useState } from 'react'
import type { Acted, PaymentFormProps } from './provider'

const CARDS = {
  '4242424242424242': 'tok_success',
  '4000000000000002': 'tok_declined',
  '4000002500003155': 'tok_action',
  '4000000000000077': 'tok_processing',
} as const

const digits = (text: string) => text.replace(/\D/g, '')

/** In fours, as it stands on a card. */
const written = (text: string) =>
  digits(text)
    .slice(0, 16)
    .replace(/(\d{4})(?=\d)/g, '$1 ')

export function TestForm({ ref }: PaymentFormProps) {
  const { t } = useLingui()
  const number = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const [asking, setAsking] = useState<((acted: Acted) => void) | null>(null)

  const cards: [keyof typeof CARDS, string][] = [
    ['4242424242424242', t`é aprovado`],
    ['4000000000000002', t`é recusado`],
    ['4000002500003155', t`pede confirmação do banco`],
    ['4000000000000077', t`é aprovado pouco depois`],
  ]

  useImperativeHandle(ref, () => ({
    begin: () => {
      const token = CARDS[digits(text) as keyof typeof CARDS] as string | undefined
      if (!token) {
        setError(t`Use um dos cartões de teste.`)
        number.current?.focus()
        return Promise.resolve(null)
      }
      return Promise.resolve({ provider: 'test' as const, flow: 'token' as const, token })
    },
    act: () => new Promise<Acted>((resolve) => setAsking(() => resolve)),
  }))

  const answer = (outcome: 'approve' | 'decline') => {
    asking?.({ left: false, outcome })
    setAsking(null)
  }

  return (
    <div className="grid gap-4">
      <Alert tone="info">
        <p>
          <Trans>Esta é uma loja de demonstração: nada é cobrado. Escolha um cartão de teste.</Trans>
        </p>
      </Alert>
      <Field
        ref={number}
        label={t`Número do cartão`}
        inputMode="numeric"
        autoComplete="off"
        placeholder="0000 0000 0000 0000"
        required
        value={text}
        error={error}
        onChange={(event) => {
          setText(written(event.target.value))
          setError(undefined)
        }}
      />
      <ul aria-label={t`Cartões de teste`} className="grid gap-2">
        {cards.map(([card, what]) => (
          <li key={card}>
            <button
              type="button"
              aria-pressed={digits(text) === card}
              onClick={() => {
                setText(written(card))
                setError(undefined)
              }}
              className="flex min-h-11 w-full flex-wrap items-center justify-between gap-x-4 rounded-lg border border-line px-4 py-2 text-left hover:bg-sunken aria-pressed:border-brand aria-pressed:bg-brand-soft"
            >
              <span className="font-semibold tabular-nums">{written(card)}</span>
              <span className="text-sm text-muted">{what}</span>
            </button>
          </li>
        ))}
      </ul>
      <Dialog
        open={asking !== null}
        onClose={() => {
          if (asking) answer('decline')
        }}
        title={t`O banco pede a sua confirmação`}
      >
        <p>
          <Trans>Num cartão de verdade, o aplicativo do banco perguntaria se esta compra é sua.</Trans>
        </p>
        <div className="flex flex-wrap justify-end gap-3">
          <Button look="secondary" onClick={() => answer('decline')}>
            <Trans>Não reconheço</Trans>
          </Button>
          <Button onClick={() => answer('approve')}>
            <Trans>É minha, autorizar</Trans>
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
