// A movement by hand: what came, what went, and why.

import { api, newKey, ok } from '@commerce/api'
import { Alert, Button, Field, SelectField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { findVariants, locations } from '../data/stock'
import { Pick } from '../form/pick'
import { fieldErrors, formProblem } from '../form/problems'
import { take } from '../form/take'
import { useChanged } from '../live'
import { kindText } from './labels'
import { Unread } from './unread'

type Bookable = 'receipt' | 'issue' | 'adjust' | 'return' | 'damage' | 'loss'
const bookable: readonly Bookable[] = ['receipt', 'issue', 'return', 'damage', 'loss', 'adjust']
const takes: readonly Bookable[] = ['issue', 'damage', 'loss']

interface MoveFormProps {
  /** Of this variant; otherwise it is looked for. */
  variant?: { id: number; text: string }
  location?: number
  done: () => void
}

export function MoveForm({ variant, location, done }: MoveFormProps) {
  const { t } = useLingui()
  const changed = useChanged()
  const read = useQuery(locations)
  const places = read.data
  const [picked, setPicked] = useState<number | null>(variant?.id ?? null)
  const [kind, setKind] = useState<Bookable>('receipt')
  // One intention, however often the button is pressed.
  const [key] = useState(newKey)
  const book = useMutation({
    mutationFn: ({ quantity = '', place, reason, reference }: Record<string, string>) => {
      const amount = Number(quantity)
      return ok(
        api.POST('/api/v1/stock/movements', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            variant_id: picked ?? 0,
            location_id: Number(place),
            kind,
            delta: takes.includes(kind) ? -amount : amount,
            ...(reason && { reason }),
            ...(reference && { reference }),
          },
        }),
      )
    },
    onSuccess: async ({ balance }) => {
      toast(t`Lançado: agora há ${balance}.`)
      done()
      await changed(['stock'])
    },
  })
  const at = fieldErrors(book.error)
  const shown = ['/variant_id', '/delta', '/location_id', '/reason', '/reference']
  return (
    <form className="grid gap-4 sm:grid-cols-2" onSubmit={(event) => book.mutate(take(event))}>
      {book.error && (
        <div className="sm:col-span-2">
          <Alert tone="bad">{formProblem(book.error, shown)}</Alert>
        </div>
      )}
      {variant ? (
        <p className="font-semibold sm:col-span-2">{variant.text}</p>
      ) : (
        <Pick
          className="sm:col-span-2"
          label={t`Produto ou SKU`}
          source="variants"
          search={findVariants}
          required
          onPick={(choice) => setPicked(choice ? Number(choice.id) : null)}
          error={at('/variant_id')}
        />
      )}
      <Unread of={read} className="sm:col-span-2" />
      <SelectField label={t`O que houve`} value={kind} onChange={(event) => setKind(event.target.value as Bookable)}>
        {bookable.map((one) => (
          <option key={one} value={one}>
            {kindText(one)}
          </option>
        ))}
      </SelectField>
      <Field
        label={kind === 'adjust' ? t`Diferença (com sinal)` : t`Quantidade`}
        name="quantity"
        type="number"
        min={kind === 'adjust' ? -1000000000 : 1}
        max={1000000000}
        step={1}
        required
        data-autofocus
        error={at('/delta')}
      />
      <SelectField label={t`Local`} name="place" defaultValue={location ?? 1} key={places ? 'ready' : 'waiting'} error={at('/location_id')}>
        {places?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <Field
        label={t`Documento`}
        optional={t`opcional`}
        name="reference"
        maxLength={200}
        placeholder="NF 1234"
        error={at('/reference')}
      />
      <Field
        className="sm:col-span-2"
        label={t`Motivo`}
        optional={t`opcional`}
        name="reason"
        maxLength={500}
        error={at('/reason')}
      />
      <Button type="submit" busy={book.isPending} disabled={picked === null} className="justify-self-end sm:col-span-2">
        <Trans>Lançar</Trans>
      </Button>
    </form>
  )
}
