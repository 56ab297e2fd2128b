// The few things that a product needs to be sold, without leaving the table.

import { api, ok } from '@commerce/api'
import { Alert, Button, Choice, Dialog, Field, SelectField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { categoryTree } from '../../data/catalog'
import { MoneyField } from '../../form/money-field'
import { fieldErrors, formProblem } from '../../form/problems'
import { take } from '../../form/take'
import { useChanged } from '../../live'
import { useCategoryOptions } from '../../parts/tree-options'
import { Unread } from '../../parts/unread'

export default function QuickNew({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Novo produto`}>
      <QuickForm onClose={onClose} />
    </Dialog>
  )
}

const SHOWN = ['/name', '/sku', '/price', '/category_ids', '/stock']

function QuickForm({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const changed = useChanged()
  const categories = useCategoryOptions()
  const tree = useQuery(categoryTree)
  const [price, setPrice] = useState<number | null>(null)
  const create = useMutation({
    mutationFn: ({ name = '', sku = '', category, on_hand, draft }: Record<string, string>) =>
      ok(
        api.POST('/api/v1/products', {
          body: {
            name,
            sku,
            price: { amount: price ?? 0, currency: 'BRL' },
            status: draft ? 'draft' : 'active',
            ...(category && { category_ids: [Number(category)] }),
            ...(on_hand && { stock: { on_hand: Number(on_hand) } }),
          },
        }),
      ),
    onSuccess: async (made) => {
      toast(
        t`${made.name} foi criado.`,
        <Link to="/produtos/$id" params={{ id: String(made.id) }} className="font-semibold underline">
          <Trans>Abrir</Trans>
        </Link>,
      )
      onClose()
      await changed(['products'], ['stock'])
    },
  })
  const at = fieldErrors(create.error)

  return (
    <form className="grid gap-4 sm:grid-cols-2" onSubmit={(event) => create.mutate(take(event))}>
      {create.error && (
        <div className="sm:col-span-2">
          <Alert tone="bad">{formProblem(create.error, SHOWN)}</Alert>
        </div>
      )}
      <Field
        className="sm:col-span-2"
        label={t`Nome`}
        name="name"
        maxLength={200}
        required
        data-autofocus
        error={at('/name')}
      />
      <Field label={t`SKU`} name="sku" maxLength={64} required autoCapitalize="characters" error={at('/sku')} />
      <MoneyField label={t`Preço`} currency="BRL" value={price} onChange={setPrice} required error={at('/price')} />
      <Unread of={tree} className="sm:col-span-2" />
      <SelectField label={t`Categoria`} name="category" error={at('/category_ids')}>
        <option value="">{t`Nenhuma`}</option>
        {categories.map(([, text, id]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </SelectField>
      <Field
        label={t`Estoque inicial`}
        name="on_hand"
        type="number"
        min={0}
        max={1000000000}
        inputMode="numeric"
        error={at('/stock')}
      />
      <div className="sm:col-span-2">
        <Choice type="checkbox" name="draft" value="1">
          <Trans>Guardar como rascunho: a loja ainda não mostra</Trans>
        </Choice>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3 sm:col-span-2">
        <Link to="/produtos/novo" className="text-sm link">
          <Trans>Variantes, imagens, descrição…</Trans>
        </Link>
        <Button type="submit" busy={create.isPending}>
          <Trans>Criar</Trans>
        </Button>
      </div>
    </form>
  )
}
