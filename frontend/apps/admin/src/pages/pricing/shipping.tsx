// Shipping methods: a row for each region, currency and band of weight or value.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat, type Format } from '@commerce/i18n'
import {
  Badge,
  Button,
  Choice,
  EmptyState,
  ErrorState,
  Field,
  SelectField,
  Skeleton,
  toast,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { changesOf, ifMatch, useAct, useKeyOf, useSeen } from '../../form/act'
import { useForm, type Reader } from '../../form/read'
import { Page } from '../../frame/page'
import { Remove } from '../../form/remove'
import { Sheet } from '../../form/sheet'
import { HOUSE_CURRENCY, taxClasses, type ShippingMethod } from './data'

export function ShippingPage() {
  const { t } = useLingui()
  const [edited, setEdited] = useState<ShippingMethod | 'new' | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['shipping-methods'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/shipping/methods', {
          signal,
          params: { query: { limit: 100, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const methods = query.data?.pages.flatMap((page) => page.data)
  return (
    <Page
      title={t`Formas de entrega`}
      note={t`Conta a região mais estreita e, nela, a faixa mais pesada.`}
      actions={
        <>
          <Button size="small" icon="plus" onClick={() => setEdited('new')}>
            <Trans>Nova forma</Trans>
          </Button>
        </>
      }
    >
      {query.error && !methods ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !methods ? (
        <Skeleton className="h-64" />
      ) : methods.length === 0 ? (
        <EmptyState icon="truck" title={<Trans>Nenhuma forma de entrega</Trans>}>
          <Trans>Sem uma, os pedidos saem sem frete.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
          {methods.map((method) => (
            <li key={method.id}>
              <MethodCard method={method} edit={() => setEdited(method)} />
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          look="secondary"
          size="small"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          <Trans>Mostrar mais</Trans>
        </Button>
      )}
      {edited && (
        <MethodSheet method={edited === 'new' ? null : edited} close={() => setEdited(null)} />
      )}
    </Page>
  )
}

function MethodCard({ method, edit }: { method: ShippingMethod; edit: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const money = (amount: number) => format.money({ amount, currency: method.currency })
  const days =
    method.days_max !== null
      ? t`${method.days_min ?? 0} a ${method.days_max} dias úteis`
      : method.days_min !== null
        ? t`a partir de ${method.days_min} dias úteis`
        : null
  return (
    <article className="card grid h-full content-start gap-3 p-5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="font-semibold">
          {method.name}
          <span className="block text-sm font-normal text-muted">{method.code}</span>
        </h2>
        <span className="flex flex-wrap gap-2">
          <Badge>{method.region ?? t`Todo lugar`}</Badge>
          {method.active ? (
            <Badge tone="good">
              <Trans>Ativa</Trans>
            </Badge>
          ) : (
            <Badge>
              <Trans>Desativada</Trans>
            </Badge>
          )}
        </span>
      </div>
      <p>
        <span className="money text-lg font-semibold">{money(method.base_amount)}</span>
        {method.kilo_amount > 0 && (
          <span className="text-muted">
            {' '}
            <Trans>e {money(method.kilo_amount)} por quilo</Trans>
          </span>
        )}
      </p>
      <ul className="grid gap-0.5 text-sm text-muted">
        {method.free_from !== null && (
          <li>
            <Trans>Grátis a partir de {money(method.free_from)}</Trans>
          </li>
        )}
        <Band method={method} format={format} />
        {days && <li>{days}</li>}
        {method.tax_class && (
          <li>
            <Trans>Classe de imposto {method.tax_class}</Trans>
          </li>
        )}
      </ul>
      <div className="mt-auto flex flex-wrap gap-1">
        <Button size="small" look="quiet" icon="edit" onClick={edit}>
          <Trans>Mudar</Trans>
        </Button>
        <Remove
          look="quiet"
          title={t`Apagar ${method.name}?`}
          refresh={[['shipping-methods']]}
          work={() =>
            ok(
              api.DELETE('/api/v1/shipping/methods/{id}', {
                params: { path: { id: method.id } },
                headers: ifMatch(method),
              }),
            )
          }
        >
          <Trans>Pedidos feitos ficam como estão.</Trans>
        </Remove>
      </div>
    </article>
  )
}

function Band({ method, format }: { method: ShippingMethod; format: Format }) {
  const { t } = useLingui()
  const kilos = (grams: number) => t`${format.decimal(grams / 1000, 3)} kg`
  const money = (amount: number) => format.money({ amount, currency: method.currency })
  const band = (from: number, to: number | null, write: (value: number) => string) =>
    to === null
      ? from > 0 && t`a partir de ${write(from)}`
      : t`de ${write(from)} até menos de ${write(to)}`
  const weight = band(method.weight_from, method.weight_to, kilos)
  const value = band(method.value_from, method.value_to, money)
  return (
    <>
      {weight && (
        <li>
          <Trans>Peso: {weight}</Trans>
        </li>
      )}
      {value && (
        <li>
          <Trans>Valor: {value}</Trans>
        </li>
      )}
    </>
  )
}

type New = Schemas['NewShippingMethod']

function MethodSheet({
  method: shown,
  close,
}: {
  method: ShippingMethod | null
  close: () => void
}) {
  const { t } = useLingui()
  const format = useFormat()
  const keyOf = useKeyOf()
  const classes = useQuery(taxClasses)
  const { data } = useQuery({
    queryKey: ['shipping-methods', 'one', shown?.id],
    enabled: shown !== null,
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/shipping/methods/{id}', { signal, params: { path: { id: shown!.id } } })),
  })
  const seen = useSeen(data ?? shown)
  const method = seen.base
  const currency = method?.currency ?? HOUSE_CURRENCY
  const save = useAct(
    (body: New) =>
      method
        ? ok(
            api.PATCH('/api/v1/shipping/methods/{id}', {
              params: { path: { id: method.id } },
              headers: seen.header(),
              body: changesOf(method, body),
            }),
          )
        : ok(
            api.POST('/api/v1/shipping/methods', {
              params: { header: { 'Idempotency-Key': keyOf(body) } },
              body,
            }),
          ),
    {
      refresh: [['shipping-methods']],
      seen,
      done: () => {
        close()
        toast(t`Forma de entrega guardada.`)
      },
    },
  )
  const parse = (read: Reader): New => {
    const base_amount = read.money('base_amount', currency)
    if (base_amount === null) read.refuse('base_amount', t`Escreva quanto custa.`)
    const grams = (name: string) => {
      const text = read.words(name)
      const value = text === '' ? null : format.parseDecimal(text, 3)
      if (text !== '' && value === null) read.refuse(name, t`Escreva um peso em quilos.`)
      return value
    }
    return {
      code: read.words('code'),
      name: read.words('name'),
      region: read.text('region'),
      currency,
      base_amount: base_amount ?? 0,
      kilo_amount: read.money('kilo_amount', currency) ?? 0,
      free_from: read.money('free_from', currency),
      weight_from: grams('weight_from') ?? 0,
      weight_to: grams('weight_to'),
      value_from: read.money('value_from', currency) ?? 0,
      value_to: read.money('value_to', currency),
      days_min: read.integer('days_min'),
      days_max: read.integer('days_max'),
      tax_class: read.text('tax_class'),
      position: read.integer('position') ?? 0,
      active: read.on('active'),
    }
  }
  const { onSubmit, error } = useForm(
    parse,
    (body) => {
      if (method && Object.keys(changesOf(method, body)).length === 0) close()
      else save.mutate(body)
    },
    save.error,
  )
  const amount = (value: number | null | undefined) =>
    value ? format.amount({ amount: value, currency }) : ''
  const weight = (value: number | null | undefined) =>
    value ? format.decimal(value / 1000, 3) : ''
  const field = (
    name: keyof New,
    label: string,
    value: string | number | null,
    more: object = {},
  ) => <Field label={label} name={name} defaultValue={value ?? ''} error={error(name)} {...more} />
  const decimal = { inputMode: 'decimal', optional: t`opcional` } as const
  const number = { inputMode: 'numeric', optional: t`opcional` } as const
  return (
    <Sheet
      title={method ? t`Mudar a forma de entrega` : t`Nova forma de entrega`}
      onClose={close}
      onSubmit={onSubmit}
      busy={save.isPending}
      error={save.error}
      does={<Trans>Guardar</Trans>}
    >
      {field('name', t`Nome`, method?.name ?? '', { required: true, maxLength: 120 })}
      <div className="grid gap-4 sm:grid-cols-2">
        {field('code', t`Código`, method?.code ?? '', {
          required: true,
          maxLength: 32,
          pattern: '[a-z0-9][a-z0-9_\\-]*',
          hint: t`O mesmo em todas as faixas.`,
        })}
        {field('region', t`Região`, method?.region ?? '', {
          maxLength: 64,
          optional: t`opcional`,
          hint: t`BR ou BR-SP; vazio é todo lugar.`,
        })}
        {field(
          'base_amount',
          t`Custa (${currency})`,
          method ? format.amount({ amount: method.base_amount, currency }) : '',
          {
            inputMode: 'decimal',
            required: true,
          },
        )}
        {field('kilo_amount', t`Por quilo (${currency})`, amount(method?.kilo_amount), decimal)}
        {field('free_from', t`Grátis a partir de`, amount(method?.free_from), decimal)}
        <SelectField
          key={classes.data?.length}
          label={t`Classe de imposto`}
          name="tax_class"
          defaultValue={method?.tax_class ?? ''}
          error={error('tax_class')}
        >
          <option value="">{t`Nenhuma`}</option>
          {(classes.data ?? []).map(({ code, name }) => (
            <option key={code} value={code}>
              {name} ({code})
            </option>
          ))}
        </SelectField>
        {field('days_min', t`Dias, no mínimo`, method?.days_min ?? null, number)}
        {field('days_max', t`Dias, no máximo`, method?.days_max ?? null, number)}
        {field('weight_from', t`Peso a partir de (kg)`, weight(method?.weight_from), decimal)}
        {field('weight_to', t`Peso menor que (kg)`, weight(method?.weight_to), decimal)}
        {field('value_from', t`Valor a partir de`, amount(method?.value_from), decimal)}
        {field('value_to', t`Valor menor que`, amount(method?.value_to), decimal)}
        {field('position', t`Posição na lista`, method?.position ?? 0, { inputMode: 'numeric' })}
      </div>
      <Choice type="checkbox" name="active" defaultChecked={method?.active ?? true}>
        <Trans>Ativa</Trans>
      </Choice>
    </Sheet>
  )
}
