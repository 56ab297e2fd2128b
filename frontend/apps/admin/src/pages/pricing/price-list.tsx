// A price list and the prices in it.

import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Choice,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  toast,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch, useAct } from '../../form/act'
import { useEdit } from '../../form/edit'
import { sameMoment, useForm } from '../../form/read'
import { Card } from '../../parts/card'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { Remove } from '../../form/remove'
import { Sheet } from '../../form/sheet'
import { HOUSE_CURRENCY, priceList, type ListedPrice, type PriceList } from './data'
import { PeriodFields, StandingBadge } from './parts'

const route = getRouteApi('/shell/listas-de-precos/$id')

export function NewPriceListPage() {
  const { t } = useLingui()
  return (
    <Page
      title={t`Nova lista de preços`}
      crumbs={[{ to: '/listas-de-precos', label: t`Listas de preços` }]}
    >
      <ListForm list={null} />
    </Page>
  )
}

export function PriceListPage() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const navigate = useNavigate()
  const query = useQuery(priceList(id))
  const list = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há esta lista</Trans>} />
  }
  if (query.error && !list) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!list) return <Loading />
  return (
    <Page
      title={list.name}
      crumbs={[{ to: '/listas-de-precos', label: t`Listas de preços` }]}
      mark={<StandingBadge of={list} />}
      actions={
        <>
          <Remove
            title={t`Apagar a lista?`}
            work={() =>
              ok(
                api.DELETE('/api/v1/price-lists/{id}', {
                  params: { path: { id } },
                  headers: ifMatch(list),
                }),
              )
            }
            refresh={[['price-lists']]}
            done={() => void navigate({ to: '/listas-de-precos' })}
          >
            <Trans>Todos os preços dela vão junto. Pedidos ficam como estão.</Trans>
          </Remove>
        </>
      }
    >
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <ListForm list={list} />
        <Prices list={list} />
      </div>
    </Page>
  )
}

type New = Schemas['NewPriceList']

function ListForm({ list: latest }: { list: PriceList | null }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const { before: list, error, form } = useEdit({
    of: latest,
    parse: (read, one): New => {
      const starts_at = read.moment('starts_at')
      const ends_at = read.moment('ends_at')
      if (starts_at && ends_at && ends_at <= starts_at) {
        read.refuse('ends_at', t`O fim vem depois do começo.`)
      }
      return {
        code: read.words('code'),
        name: read.words('name'),
        currency: read.words('currency'),
        priority: read.integer('priority') ?? 0,
        active: read.on('active'),
        starts_at: sameMoment(one?.starts_at, starts_at),
        ends_at: sameMoment(one?.ends_at, ends_at),
      }
    },
    make: (body, header) => ok(api.POST('/api/v1/price-lists', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/price-lists/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['price-lists']],
    done: ({ id }, made) => {
      toast(t`Lista guardada.`)
      if (made) void navigate({ to: '/listas-de-precos/$id', params: { id } })
    },
    same: () => toast(t`Nada mudou.`),
  })
  return (
    <form onSubmit={form.onSubmit} className="max-w-4xl">
      <Card title={<Trans>A lista</Trans>}>
        <Field
          label={t`Nome`}
          name="name"
          required
          maxLength={120}
          defaultValue={list?.name ?? ''}
          error={error('name')}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t`Código`}
            hint={t`Letras minúsculas, números, hífen.`}
            name="code"
            required
            maxLength={32}
            pattern="[a-z0-9][a-z0-9_\-]*"
            defaultValue={list?.code ?? ''}
            error={error('code')}
          />
          <Field
            label={t`Moeda`}
            name="currency"
            required
            minLength={3}
            maxLength={3}
            pattern="[A-Z]{3}"
            defaultValue={list?.currency ?? HOUSE_CURRENCY}
            error={error('currency')}
          />
        </div>
        <Field
          label={t`Prioridade`}
          hint={t`De várias listas com um preço, conta a de menor prioridade.`}
          name="priority"
          inputMode="numeric"
          defaultValue={list?.priority ?? 0}
          error={error('priority')}
        />
        <PeriodFields starts_at={list?.starts_at} ends_at={list?.ends_at} error={error} />
        <Choice type="checkbox" name="active" defaultChecked={list?.active ?? true}>
          <Trans>Ativa</Trans>
        </Choice>
        <ActError error={form.error} />
        <div>
          <Button type="submit" busy={form.busy}>
            <Trans>Guardar</Trans>
          </Button>
        </div>
      </Card>
    </form>
  )
}

function Prices({ list }: { list: PriceList }) {
  const { t } = useLingui()
  const format = useFormat()
  const [adding, setAdding] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['price-lists', 'one', list.id, 'prices'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/price-lists/{id}/prices', {
          signal,
          params: { path: { id: list.id }, query: { limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  return (
    <Card
      title={<Trans>Preços</Trans>}
      action={
        <Button size="small" look="secondary" icon="plus" onClick={() => setAdding(true)}>
          <Trans>Pôr um preço</Trans>
        </Button>
      }
    >
      <Paged
        query={query}
        empty={
          <EmptyState title={<Trans>Nenhum preço ainda</Trans>}>
            <Trans>O que não está na lista custa o que sempre custa.</Trans>
          </EmptyState>
        }
      >
        {(prices) => (
          <ul className="grid">
            {prices.map((price) => (
              <li
                key={`${price.variant_id} ${price.min_quantity} ${price.valid_from}`}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0"
              >
                <div className="min-w-0">
                  <p className="font-medium break-all">{price.sku}</p>
                  <p className="text-sm text-muted">
                    <PriceTerms price={price} />
                  </p>
                </div>
                <div className="flex items-center gap-2">
                  <span className="money font-semibold">
                    {format.money({ amount: price.amount, currency: list.currency })}
                  </span>
                  <Remove
                    look="quiet"
                    title={t`Tirar ${price.sku} da lista?`}
                    does={<Trans>Tirar</Trans>}
                    refresh={[['price-lists', 'one', list.id, 'prices']]}
                    work={() =>
                      ok(
                        api.DELETE('/api/v1/price-lists/{id}/prices/{variant_id}', {
                          params: { path: { id: list.id, variant_id: price.variant_id } },
                        }),
                      )
                    }
                  >
                    <Trans>Todos os preços desta variante nesta lista saem.</Trans>
                  </Remove>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {adding && <PriceSheet list={list} close={() => setAdding(false)} />}
    </Card>
  )
}

function PriceTerms({ price }: { price: ListedPrice }) {
  const { t } = useLingui()
  const format = useFormat()
  const terms = [
    price.min_quantity > 1 && t`a partir de ${price.min_quantity}`,
    price.valid_from && t`desde ${format.dateTime(price.valid_from)}`,
    price.valid_to && t`até ${format.dateTime(price.valid_to)}`,
  ].filter(Boolean)
  return terms.length > 0 ? terms.join(' · ') : t`sempre`
}

function PriceSheet({ list, close }: { list: PriceList; close: () => void }) {
  const { t } = useLingui()
  const save = useAct(
    (price: Schemas['NewPrices']['prices'][number]) =>
      ok(
        api.PUT('/api/v1/price-lists/{id}/prices', {
          params: { path: { id: list.id } },
          body: { prices: [price] },
        }),
      ),
    { refresh: [['price-lists', 'one', list.id, 'prices']], done: close },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const amount = read.money('amount', list.currency)
      if (amount === null || amount < 0) read.refuse('amount', t`Escreva o preço.`)
      return {
        sku: read.words('sku'),
        amount: amount ?? 0,
        min_quantity: read.integer('min_quantity') ?? 1,
        valid_from: read.moment('starts_at'),
        valid_to: read.moment('ends_at'),
      }
    },
    save.mutate,
    save.error,
  )
  return (
    <Sheet
      title={t`Pôr um preço`}
      onClose={close}
      onSubmit={onSubmit}
      busy={save.isPending}
      error={save.error}
      does={<Trans>Guardar</Trans>}
    >
      <p className="text-muted">
        <Trans>Um preço da mesma variante, quantidade e data é trocado por este.</Trans>
      </p>
      <Field label="SKU" name="sku" required maxLength={64} error={error('sku')} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t`Preço (${list.currency})`}
          name="amount"
          inputMode="decimal"
          required
          error={error('amount')}
        />
        <Field
          label={t`A partir da quantidade`}
          name="min_quantity"
          inputMode="numeric"
          defaultValue={1}
          error={error('min_quantity')}
        />
      </div>
      <PeriodFields starts_at={null} ends_at={null} error={error} />
    </Sheet>
  )
}
