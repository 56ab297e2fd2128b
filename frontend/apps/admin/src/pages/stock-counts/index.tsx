// A stocktake: what was counted, beside what the shop believes. Codes may come
// from a reader of bar codes, which types a SKU and presses Enter.

import { api, newKey, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, EmptyState, Field, IconButton, SelectField, toast } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState, type FormEvent } from 'react'
import { findVariants, locations, variantText, type Level } from '../../data/stock'
import { Pick } from '../../form/pick'
import { formProblem } from '../../form/problems'
import { confirm } from '../../frame/confirm'
import { Page } from '../../frame/page'
import { useChanged } from '../../live'
import { Section } from '../../parts/section'
import { Unread } from '../../parts/unread'
import { signed } from '../stock/ledger'

interface Line {
  variant: number
  sku: string
  text: string
  /** What the shop believes; null when it never had any there. */
  believed: number | null
  counted: number | null
}

const MOST = 500

export function StockCountPage() {
  const { t } = useLingui()
  const format = useFormat()
  const changed = useChanged()
  const read = useQuery(locations)
  const places = read.data
  const [place, setPlace] = useState(1)
  const [lines, setLines] = useState<Line[]>([])
  const [reference, setReference] = useState('')
  const [key, setKey] = useState(newKey)
  const [told, setTold] = useState('')
  const code = useRef<HTMLInputElement>(null)

  const put = (level: Level, believed: number | null, more: number | null) => {
    const had = lines.find(({ variant }) => variant === level.variant_id)
    const counted = more === null ? (had?.counted ?? null) : (had?.counted ?? 0) + more
    setTold(counted === null ? variantText(level) : `${variantText(level)}: ${counted}`)
    const line = { variant: level.variant_id, sku: level.sku, text: variantText(level), believed, counted }
    setLines([line, ...lines.filter(({ variant }) => variant !== level.variant_id)].slice(0, MOST))
  }
  const look = useMutation({
    mutationFn: async ({ sku }: { sku: string; more: number | null }) => {
      const { data } = await ok(api.GET('/api/v1/stock', { params: { query: { sku, limit: 200 } } }))
      return data
    },
    onSuccess: (data, { sku, more }) => {
      const here = data.find(({ location_id }) => location_id === place)
      const any = here ?? data[0]
      if (any) put(any, here?.on_hand ?? null, more)
      else toast(t`Nenhum produto tem o SKU ${sku}.`)
    },
  })
  const save = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/api/v1/stock/counts', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            location_id: place,
            reason: t`Contagem`,
            ...(reference.trim() && { reference: reference.trim() }),
            lines: lines.map(({ variant, counted }) => ({ variant_id: variant, quantity: counted ?? 0 })),
          },
        }),
      ),
    onSuccess: async (result) => {
      toast(
        t`Contagem lançada: ${plural(result.changed, { 0: 'nada mudou', one: '# nível mudou', other: '# níveis mudaram' })}.`,
      )
      setLines([])
      setKey(newKey())
      await changed(['stock'])
    },
  })
  const open = lines.filter(({ counted }) => counted === null).length
  const differ = lines.filter(({ counted, believed }) => counted !== null && counted !== (believed ?? 0))

  const scan = (event: FormEvent) => {
    event.preventDefault()
    const sku = code.current?.value.trim()
    if (sku) look.mutate({ sku, more: 1 })
    if (code.current) code.current.value = ''
  }
  const finish = async () => {
    const yes = await confirm({
      title: t`Lançar a contagem?`,
      text: plural(differ.length, {
        0: 'Tudo o que foi contado confere.',
        one: '# nível vai mudar para o que foi contado.',
        other: '# níveis vão mudar para o que foi contado.',
      }),
      action: t`Lançar`,
    })
    if (yes) save.mutate()
  }

  return (
    <Page title={t`Contagem de estoque`} crumbs={[{ to: '/estoque', label: t`Estoque` }]}>
      <div className="grid max-w-6xl items-start gap-4 xl:grid-cols-[21rem_minmax(0,1fr)]">
        <Section title={t`O que contar`}>
          <Unread of={read} />
          <SelectField
            label={t`Local`}
            value={place}
            onChange={async (event) => {
              const next = Number(event.target.value)
              if (
                lines.length === 0 ||
                (await confirm({
                  title: t`Mudar de local?`,
                  text: t`As linhas desta contagem se perdem.`,
                  action: t`Mudar de local`,
                  danger: true,
                }))
              ) {
                setPlace(next)
                setLines([])
              }
            }}
          >
            {places?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <form onSubmit={scan}>
            <label className="grid gap-1.5 text-sm font-semibold">
              <Trans>Código lido</Trans>
              <input
                ref={code}
                maxLength={64}
                autoComplete="off"
                autoCapitalize="characters"
                className="min-h-11 rounded-lg border border-edge bg-surface px-3.5 font-mono font-normal"
              />
            </label>
            <p className="mt-1.5 text-sm text-muted">
              <Trans>Cada leitura com Enter conta mais um.</Trans>
            </p>
          </form>
          <Pick
            several
            label={t`Ou procure`}
            source="variants"
            search={findVariants}
            onPick={(choice) => {
              if (choice) look.mutate({ sku: choice.level.sku, more: null })
            }}
          />
          <Field
            label={t`Documento`}
            optional={t`opcional`}
            maxLength={200}
            value={reference}
            onChange={(event) => setReference(event.target.value)}
          />
          <span role="status" className="sr-only">
            {told}
          </span>
        </Section>

        <Section title={t`Contado`}>
          {save.error && <Alert tone="bad">{formProblem(save.error)}</Alert>}
          {look.error && <Alert tone="bad">{formProblem(look.error)}</Alert>}
          {lines.length === 0 ? (
            <EmptyState icon="box" title={<Trans>Nada contado ainda</Trans>}>
              <Trans>Leia um código ou procure um produto.</Trans>
            </EmptyState>
          ) : (
            <>
              <div className="overflow-x-auto">
                <table className="w-full text-left text-sm">
                  <thead>
                    <tr className="text-muted">
                      <th scope="col" className="pb-2 font-medium">
                        <Trans>Produto</Trans>
                      </th>
                      <th scope="col" className="px-3 pb-2 text-right font-medium">
                        <Trans>A loja crê</Trans>
                      </th>
                      <th scope="col" className="px-3 pb-2 font-medium">
                        <Trans>Contado</Trans>
                      </th>
                      <th scope="col" className="px-3 pb-2 text-right font-medium">
                        <Trans>Diferença</Trans>
                      </th>
                      <td />
                    </tr>
                  </thead>
                  <tbody>
                    {lines.map((line) => {
                      const delta = line.counted === null ? null : line.counted - (line.believed ?? 0)
                      return (
                        <tr key={line.variant} className="border-t border-line">
                          <td className="py-1.5">
                            {line.text}
                            <span className="block font-mono text-xs text-muted">{line.sku}</span>
                          </td>
                          <td className="px-3 text-right">{line.believed === null ? '—' : format.number(line.believed)}</td>
                          <td className="px-3">
                            <input
                              type="number"
                              min={0}
                              aria-label={t`Contado de ${line.text}`}
                              value={line.counted ?? ''}
                              onChange={(event) =>
                                setLines(
                                  lines.map((one) =>
                                    one.variant === line.variant
                                      ? { ...one, counted: event.target.value === '' ? null : Math.max(0, Math.trunc(Number(event.target.value))) }
                                      : one,
                                  ),
                                )
                              }
                              className="control w-24"
                            />
                          </td>
                          <td className={`px-3 text-right font-semibold ${delta ? 'text-warn' : 'text-muted'}`}>
                            {delta === null ? '' : signed(delta, format.number)}
                          </td>
                          <td className="text-right">
                            <IconButton
                              icon="trash"
                              label={t`Tirar ${line.text}`}
                              onClick={() => setLines(lines.filter(({ variant }) => variant !== line.variant))}
                            />
                          </td>
                        </tr>
                      )
                    })}
                  </tbody>
                </table>
              </div>
              <div className="flex flex-wrap items-center justify-end gap-3">
                <span className="text-sm text-muted">
                  {open > 0
                    ? plural(open, { one: 'Falta contar # linha', other: 'Falta contar # linhas' })
                    : plural(differ.length, { 0: 'Tudo confere', one: '# diferença', other: '# diferenças' })}
                </span>
                <Button disabled={open > 0} busy={save.isPending} onClick={() => void finish()}>
                  <Trans>Lançar a contagem</Trans>
                </Button>
              </div>
            </>
          )}
        </Section>
      </div>
    </Page>
  )
}
