// Many products at once: choose a change, look at each before and after, then
// one call for all of them. What is refused is told product by product.

import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Button, Dialog, Field, Icon, Loading, problemText, SelectField, toast } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { statuses, variants as variantsOf, type ProductItem, type Status, type Variant } from '../../data/catalog'
import { focusFirst } from '../../form/focus'
import { useChanged } from '../../live'
import { statusText } from '../../parts/labels'
import { useCategoryOptions } from '../../parts/tree-options'
import { fieldErrors } from '../../form/problems'
import { Problem } from '@commerce/api'
import { plan, type Change, type Item, type Planned } from './changes'

const MOST = 200

interface BulkProps {
  rows: ProductItem[]
  clear: () => void
}

export default function BulkActions({ rows, clear }: BulkProps) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const tooMany = rows.length > MOST
  return (
    <>
      {tooMany && (
        <span className="text-warn">
          <Trans>No máximo {MOST} de uma vez</Trans>
        </span>
      )}
      <Button size="small" icon="edit" disabled={tooMany} onClick={() => setOpen(true)}>
        <Trans>Mudar…</Trans>
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t`Mudar ${plural(rows.length, { one: '# produto', other: '# produtos' })}`}
      >
        <BulkForm
          rows={rows}
          done={() => {
            setOpen(false)
            clear()
          }}
        />
      </Dialog>
    </>
  )
}

type Kind = 'status' | 'price' | 'add' | 'remove'

function BulkForm({ rows, done }: { rows: ProductItem[]; done: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const queries = useQueryClient()
  const changed = useChanged()
  const categories = useCategoryOptions()
  const [kind, setKind] = useState<Kind>('status')
  const [status, setStatus] = useState<Status>('active')
  const [percent, setPercent] = useState('')
  const [category, setCategory] = useState('')

  const factor = Number(percent.replace(',', '.'))
  const chosen = categories.find(([, , id]) => String(id) === category)
  const change: Change | null =
    kind === 'status'
      ? { kind, status }
      : kind === 'price'
        ? percent !== '' && Number.isFinite(factor) && factor >= -100 && factor <= 1000
          ? { kind, percent: factor }
          : null
        : chosen
          ? { kind: 'category', id: chosen[2], name: chosen[1].trim(), add: kind === 'add' }
          : null

  // Prices are the variants', which a list of products does not tell.
  const priced = useQuery({
    queryKey: ['products', 'variants of', rows.map(({ id }) => id)],
    enabled: kind === 'price',
    queryFn: async () => {
      const found = new Map<number, Variant[]>()
      const waiting = [...rows]
      const work = async () => {
        for (let row = waiting.pop(); row; row = waiting.pop()) {
          found.set(row.id, await queries.fetchQuery(variantsOf(String(row.id))))
        }
      }
      await Promise.all(Array.from({ length: 6 }, work))
      return found
    },
  })
  const words = { status: statusText, money: format.money, none: t`Nenhuma` }
  const planned =
    change && (kind !== 'price' || priced.data)
      ? rows.map((row) => plan(row, change, priced.data?.get(row.id), words))
      : []
  const items = planned.flatMap(({ item }) => item ?? [])

  const save = useMutation({
    mutationFn: (products: Item[]) => ok(api.POST('/api/v1/products/batch', { body: { products } })),
    onSuccess: async (result) => {
      await changed(['products'])
      if (result.failed === 0) {
        toast(plural(result.updated, { one: '# produto mudado.', other: '# produtos mudados.' }))
        done()
      }
    },
  })
  const refused = save.data?.results.filter((one) => one.status === 'failed') ?? []

  return (
    <form
      ref={focusFirst}
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(items)
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={t`O que mudar`} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
          <option value="status">{t`Situação`}</option>
          <option value="price">{t`Preço`}</option>
          <option value="add">{t`Pôr em uma categoria`}</option>
          <option value="remove">{t`Tirar de uma categoria`}</option>
        </SelectField>
        {kind === 'status' && (
          <SelectField label={t`Para`} value={status} onChange={(event) => setStatus(event.target.value as Status)}>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {statusText(one)}
              </option>
            ))}
          </SelectField>
        )}
        {kind === 'price' && (
          <Field
            label={t`Por cento a mais ou a menos`}
            inputMode="text"
            placeholder="-10"
            value={percent}
            onChange={(event) => setPercent(event.target.value.replace(/[^\d.,-]/g, ''))}
          />
        )}
        {(kind === 'add' || kind === 'remove') && (
          <SelectField label={t`Categoria`} value={category} onChange={(event) => setCategory(event.target.value)}>
            <option value="">{t`Escolha`}</option>
            {categories.map(([, text, id]) => (
              <option key={id} value={id}>
                {text}
              </option>
            ))}
          </SelectField>
        )}
      </div>

      {save.error && <Alert tone="bad">{problemText(save.error)}</Alert>}
      {priced.error && <Alert tone="bad">{problemText(priced.error)}</Alert>}
      {refused.length > 0 && (
        <Alert tone="warn">
          <p className="font-semibold">
            {plural(refused.length, { one: '# produto não mudou:', other: '# produtos não mudaram:' })}
          </p>
          <ul className="mt-1 grid gap-0.5 text-sm">
            {refused.map((one) => (
              <li key={one.index}>
                {rows.find(({ id }) => id === items[one.index]?.id)?.name}:{' '}
                {fieldErrors(new Problem(422, { errors: one.errors ?? [] }))('')}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {kind === 'price' && priced.isLoading && <Loading />}
      {planned.length > 0 && <Preview planned={planned} />}

      <Button type="submit" className="justify-self-end" disabled={items.length === 0} busy={save.isPending}>
        {plural(items.length, { 0: 'Nada a mudar', one: 'Mudar # produto', other: 'Mudar # produtos' })}
      </Button>
    </form>
  )
}

function Preview({ planned }: { planned: readonly Planned[] }) {
  const { t } = useLingui()
  return (
    <div
      role="region"
      aria-label={t`Antes e depois`}
      tabIndex={0}
      className="max-h-72 overflow-y-auto rounded-lg border border-line"
    >
      <table className="w-full text-left text-sm">
        <thead>
          <tr>
            {[t`Produto`, t`Antes`, t`Depois`].map((head) => (
              <th key={head} scope="col" className="sticky top-0 bg-sunken px-3 py-2 font-semibold">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {planned.map(({ product, before, after, item }) => (
            <tr key={product.id} className={`border-t border-line ${item ? '' : 'text-muted'}`}>
              <td className="px-3 py-2">{product.name}</td>
              <td className="px-3 py-2">{before}</td>
              <td className={`px-3 py-2 ${item ? 'font-semibold' : ''}`}>
                {item ? (
                  <span className="inline-flex items-center gap-1.5">
                    <Icon name="right" className="size-3.5 text-brand" />
                    {after}
                  </span>
                ) : (
                  <Trans>fica como está</Trans>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
