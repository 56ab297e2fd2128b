import { api, newKey, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, Field, SelectField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { findVariants, levelsOf, locations, type Level } from '../../data/stock'
import { Pick } from '../../form/pick'
import { fieldErrors, formProblem } from '../../form/problems'
import { Page } from '../../frame/page'
import { useChanged } from '../../live'
import { Section } from '../../parts/section'
import { Unread } from '../../parts/unread'

export function TransferPage() {
  const { t } = useLingui()
  const format = useFormat()
  const changed = useChanged()
  const read = useQuery(locations)
  const places = read.data
  const [picked, setPicked] = useState<Level | null>(null)
  const [from, setFrom] = useState(1)
  const [to, setTo] = useState(2)
  const [quantity, setQuantity] = useState('')
  const [reason, setReason] = useState('')
  const [reference, setReference] = useState('')
  const [key, setKey] = useState(newKey)
  const { data: all } = useQuery(levelsOf(picked ? [picked.product_id] : []))
  const here = all?.filter(({ variant_id }) => variant_id === picked?.variant_id)
  const free = (place: number) =>
    here?.find(({ location_id }) => location_id === place)?.available ?? 0

  const send = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/api/v1/stock/transfers', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            variant_id: picked?.variant_id ?? 0,
            from_location_id: from,
            to_location_id: to,
            quantity: Number(quantity),
            ...(reason.trim() && { reason: reason.trim() }),
            ...(reference.trim() && { reference: reference.trim() }),
          },
        }),
      ),
    onSuccess: async (done) => {
      toast(t`${format.number(done.quantity)} transferidos.`)
      setQuantity('')
      setKey(newKey())
      await changed(['stock'])
    },
  })
  const at = fieldErrors(send.error)
  const options = places?.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ))
  const hint = (place: number) => (picked && here ? t`${format.number(free(place))} livres` : undefined)

  return (
    <Page narrow title={t`Transferência`} crumbs={[{ to: '/estoque', label: t`Estoque` }]}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <Section title={t`De um local para outro`}>
          <Unread of={read} />
          {send.error && (
            <Alert tone="bad">
              {formProblem(send.error, ['/variant_id', '/quantity', '/from_location_id', '/to_location_id'])}
            </Alert>
          )}
          <Pick
            label={t`Produto ou SKU`}
            source="variants"
            search={findVariants}
            required
            onPick={(choice) => setPicked(choice?.level ?? null)}
            error={at('/variant_id')}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label={t`De`}
              value={from}
              onChange={(event) => setFrom(Number(event.target.value))}
              hint={hint(from)}
              error={at('/from_location_id')}
            >
              {options}
            </SelectField>
            <SelectField
              label={t`Para`}
              value={to}
              onChange={(event) => setTo(Number(event.target.value))}
              hint={hint(to)}
              error={from === to ? t`Escolha outro local.` : at('/to_location_id')}
            >
              {options}
            </SelectField>
            <Field
              label={t`Quantidade`}
              type="number"
              min={1}
              max={picked && here ? Math.max(1, free(from)) : undefined}
              required
              value={quantity}
              onChange={(event) => setQuantity(event.target.value)}
              error={at('/quantity')}
            />
            <Field
              label={t`Documento`}
              optional={t`opcional`}
              maxLength={200}
              value={reference}
              onChange={(event) => setReference(event.target.value)}
              error={at('/reference')}
            />
          </div>
          <Field
            label={t`Motivo`}
            optional={t`opcional`}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            error={at('/reason')}
          />
          <Button type="submit" className="justify-self-end" busy={send.isPending} disabled={!picked || from === to}>
            <Trans>Transferir</Trans>
          </Button>
        </Section>
      </form>
    </Page>
  )
}
