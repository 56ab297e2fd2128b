// A promotion: with a code it is a coupon, without one it counts for everybody.

import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Choice,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  SelectField,
  toast,
} from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch } from '../../form/act'
import { useEdit } from '../../form/edit'
import { categoryNames, findCategories, findProducts, productNames } from '../../form/find'
import { sameMoment, type Reader } from '../../form/read'
import { Card } from '../../parts/card'
import { Page } from '../../frame/page'
import type { Choice as Named } from '../../form/pick'
import { Picks } from '../../form/picks'
import { Remove } from '../../form/remove'
import { HOUSE_CURRENCY, promotion as promotionQuery, type Promotion } from './data'
import { PeriodFields, StandingBadge } from './parts'

const route = getRouteApi('/shell/promocoes/$id')

type New = Schemas['NewPromotion']

const currencyOf = (one: Promotion | null) => one?.currency ?? HOUSE_CURRENCY

export function NewPromotionPage() {
  const { t } = useLingui()
  return (
    <Page title={t`Nova promoção`} crumbs={[{ to: '/promocoes', label: t`Promoções` }]}>
      <PromotionForm promotion={null} products={[]} categories={[]} />
    </Page>
  )
}

export function PromotionPage() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const navigate = useNavigate()
  const query = useQuery(promotionQuery(id))
  const one = query.data
  const names = useQuery({
    queryKey: ['promotions', 'names', one?.product_ids, one?.category_ids],
    enabled: one !== undefined,
    queryFn: async () => ({
      products: await productNames(one?.product_ids ?? []),
      categories: await categoryNames(one?.category_ids ?? []),
    }),
  })
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há esta promoção</Trans>} />
  }
  const error = query.error ?? names.error
  if (error && !(one && names.data)) {
    return (
      <ErrorState
        page
        error={error}
        retry={() => Promise.all([query.refetch(), names.refetch()])}
      />
    )
  }
  if (!one || !names.data) return <Loading />
  return (
    <Page
      title={one.name}
      crumbs={[{ to: '/promocoes', label: t`Promoções` }]}
      mark={<StandingBadge of={one} />}
      note={plural(one.used, {
        0: 'Ainda não foi usada',
        one: 'Usada # vez',
        other: 'Usada # vezes',
      })}
      actions={
        <>
          <Remove
            title={t`Apagar a promoção?`}
            work={() =>
              ok(
                api.DELETE('/api/v1/promotions/{id}', {
                  params: { path: { id } },
                  headers: ifMatch(one),
                }),
              )
            }
            refresh={[['promotions']]}
            done={() => void navigate({ to: '/promocoes' })}
          >
            <Trans>Pedidos que a usaram ficam como estão.</Trans>
          </Remove>
        </>
      }
    >
      <PromotionForm promotion={one} {...names.data} />
    </Page>
  )
}

interface FormProps {
  promotion: Promotion | null
  products: Named[]
  categories: Named[]
}

function PromotionForm({ promotion: latest, products: before, categories: within }: FormProps) {
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const [kind, setKind] = useState<New['kind']>(latest?.kind ?? 'percent')
  const [products, setProducts] = useState(before)
  const [categories, setCategories] = useState(within)

  const parse = (read: Reader, one: Promotion | null): New => {
    const currency = currencyOf(one)
    const rate = kind === 'percent' ? read.percent('rate') : null
    const amount = kind === 'amount' ? read.money('amount', currency) : null
    if (kind === 'percent' && (rate === null || rate <= 0 || rate > 1_000_000)) {
      read.refuse('rate', t`Escreva uma porcentagem entre 0 e 100.`)
    }
    if (kind === 'amount' && (amount === null || amount <= 0)) {
      read.refuse('amount', t`Escreva o valor do desconto.`)
    }
    const maximum = kind === 'percent' ? read.money('maximum', currency) : null
    const minimum = read.money('minimum', currency) ?? 0
    const starts_at = read.moment('starts_at')
    const ends_at = read.moment('ends_at')
    if (starts_at && ends_at && ends_at <= starts_at) {
      read.refuse('ends_at', t`O fim vem depois do começo.`)
    }
    const money = amount !== null || maximum !== null || minimum > 0
    return {
      code: read.text('code'),
      name: read.words('name'),
      kind,
      rate_ppm: rate,
      amount,
      maximum,
      minimum,
      currency: money ? currency : null,
      product_ids: products.length > 0 ? products.map(({ id }) => Number(id)) : null,
      category_ids: categories.length > 0 ? categories.map(({ id }) => Number(id)) : null,
      priority: read.integer('priority') ?? 0,
      exclusive: read.on('exclusive'),
      active: read.on('active'),
      starts_at: sameMoment(one?.starts_at, starts_at),
      ends_at: sameMoment(one?.ends_at, ends_at),
      total_limit: read.integer('total_limit'),
      customer_limit: read.integer('customer_limit'),
    }
  }
  const { before: promotion, error, form } = useEdit({
    of: latest,
    parse,
    make: (body, header) => ok(api.POST('/api/v1/promotions', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/promotions/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['promotions']],
    done: ({ id }, made) => {
      toast(t`Promoção guardada.`)
      if (made) void navigate({ to: '/promocoes/$id', params: { id } })
    },
    same: () => toast(t`Nada mudou.`),
  })
  const currency = currencyOf(promotion)
  const money = (amount: number | null | undefined) =>
    amount ? format.amount({ amount, currency }) : ''

  return (
    <form onSubmit={form.onSubmit} className="grid max-w-4xl gap-5">
      <Card title={<Trans>O que é</Trans>}>
        <Field
          label={t`Nome`}
          hint={t`O comprador o vê na sacola.`}
          name="name"
          required
          maxLength={120}
          defaultValue={promotion?.name ?? ''}
          error={error('name')}
        />
        <Field
          label={t`Código do cupom`}
          optional={t`opcional`}
          hint={t`Sem código, a promoção vale para todos.`}
          name="code"
          minLength={3}
          maxLength={32}
          pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
          autoCapitalize="characters"
          spellCheck={false}
          defaultValue={promotion?.code ?? ''}
          error={error('code')}
        />
        <SelectField
          label={t`O que dá`}
          name="kind"
          value={kind}
          onChange={(event) => setKind(event.target.value as New['kind'])}
          error={error('kind')}
        >
          <option value="percent">{t`Desconto em porcentagem`}</option>
          <option value="amount">{t`Desconto de um valor`}</option>
          <option value="free_shipping">{t`Entrega grátis`}</option>
        </SelectField>
        {kind === 'percent' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label={t`Porcentagem`}
              name="rate"
              inputMode="decimal"
              required
              defaultValue={promotion?.rate_ppm ? format.decimal(promotion.rate_ppm / 1e4, 4) : ''}
              error={error('rate') ?? error('rate_ppm')}
            />
            <Field
              label={t`No máximo (${currency})`}
              optional={t`opcional`}
              name="maximum"
              inputMode="decimal"
              defaultValue={money(promotion?.maximum)}
              error={error('maximum')}
            />
          </div>
        )}
        {kind === 'amount' && (
          <Field
            label={t`Valor (${currency})`}
            name="amount"
            inputMode="decimal"
            required
            defaultValue={money(promotion?.amount)}
            error={error('amount')}
          />
        )}
        <Field
          label={t`A partir de (${currency})`}
          optional={t`opcional`}
          hint={t`O que os itens a que se aplica precisam somar.`}
          name="minimum"
          inputMode="decimal"
          defaultValue={money(promotion?.minimum)}
          error={error('minimum')}
        />
      </Card>
      <Card title={<Trans>A que se aplica</Trans>}>
        <p className="text-muted">
          <Trans>Sem produtos nem categorias, a tudo.</Trans>
        </p>
        <Picks
          label={t`Produtos`}
          chosen={products}
          change={setProducts}
          source="products"
          search={findProducts}
        />
        <Picks
          label={t`Categorias`}
          chosen={categories}
          change={setCategories}
          source="categories"
          search={findCategories}
        />
      </Card>
      <Card title={<Trans>Quando e quanto</Trans>}>
        <Choice type="checkbox" name="active" defaultChecked={promotion?.active ?? true}>
          <Trans>Ativa</Trans>
        </Choice>
        <PeriodFields starts_at={promotion?.starts_at} ends_at={promotion?.ends_at} error={error} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t`Usos ao todo`}
            optional={t`sem limite se vazio`}
            name="total_limit"
            inputMode="numeric"
            defaultValue={promotion?.total_limit ?? ''}
            error={error('total_limit')}
          />
          <Field
            label={t`Usos por cliente`}
            optional={t`sem limite se vazio`}
            name="customer_limit"
            inputMode="numeric"
            defaultValue={promotion?.customer_limit ?? ''}
            error={error('customer_limit')}
          />
        </div>
        <Choice type="checkbox" name="exclusive" defaultChecked={promotion?.exclusive ?? false}>
          <Trans>Não se combina com outras</Trans>
        </Choice>
        <Field
          label={t`Prioridade`}
          hint={t`A menor vem primeiro.`}
          name="priority"
          inputMode="numeric"
          defaultValue={promotion?.priority ?? 0}
          error={error('priority')}
        />
      </Card>
      <ActError error={form.error} />
      <div>
        <Button type="submit" busy={form.busy}>
          <Trans>Guardar</Trans>
        </Button>
      </div>
    </form>
  )
}
