// Shipping methods: a row for each region, currency and band of weight or value.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat, type Format } from '@commerce/i18n'
import {
  Badge,
  Button,
  Choice,
  EmptyState,
  Field,
  SelectField,
  toast,
} from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ifMatch } from '../../form/act'
import { useEdit } from '../../form/edit'
import type { Reader } from '../../form/read'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { Card } from '../../parts/card'
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
      <Paged
        query={query}
        wait="h-64"
        empty={
          <EmptyState icon="truck" title={<Trans>Nenhuma forma de entrega</Trans>}>
            <Trans>Sem uma, os pedidos saem sem frete.</Trans>
          </EmptyState>
        }
      >
        {(methods) => (
          <div className="grid gap-5">
            {grouped(methods).map(([code, rows]) => (
              <Card
                key={code}
                title={
                  <>
                    {rows[0]?.name} <span className="font-normal text-muted">· {code}</span>
                  </>
                }
              >
                <ul className="-my-2 grid">
                  {rows.map((method) => (
                    <MethodRow key={method.id} method={method} edit={() => setEdited(method)} />
                  ))}
                </ul>
              </Card>
            ))}
          </div>
        )}
      </Paged>
      {edited && (
        <MethodSheet method={edited === 'new' ? null : edited} close={() => setEdited(null)} />
      )}
    </Page>
  )
}

/** Those of one code are one method to a buyer. */
function grouped(methods: readonly ShippingMethod[]): [string, ShippingMethod[]][] {
  const found = new Map<string, ShippingMethod[]>()
  for (const one of methods) found.set(one.code, [...(found.get(one.code) ?? []), one])
  return [...found]
}

function MethodRow({ method, edit }: { method: ShippingMethod; edit: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const money = (amount: number) => format.money({ amount, currency: method.currency })
  const place = method.region ?? t`Todo lugar`
  const days =
    method.days_max !== null
      ? t`${method.days_min ?? 0} a ${method.days_max} dias úteis`
      : method.days_min !== null && t`a partir de ${method.days_min} dias úteis`
  const terms = [
    method.free_from !== null && t`grátis a partir de ${money(method.free_from)}`,
    ...bands(method, format),
    days,
    method.tax_class && t`classe de imposto ${method.tax_class}`,
  ].filter(Boolean)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0">
      <span className="flex w-40 flex-wrap items-center gap-2 font-medium">
        {place}
        {!method.active && (
          <Badge>
            <Trans>Desativada</Trans>
          </Badge>
        )}
      </span>
      <span className="min-w-56 grow basis-56">
        <span className="money font-semibold">{money(method.base_amount)}</span>
        {method.kilo_amount > 0 && (
          <span className="text-muted">
            {' '}
            <Trans>e {money(method.kilo_amount)} por quilo</Trans>
          </span>
        )}
        {terms.length > 0 && <span className="block text-sm text-muted">{terms.join(' · ')}</span>}
      </span>
      <span className="-mx-3 flex flex-wrap sm:mx-0">
        <Button size="small" look="quiet" icon="edit" onClick={edit}>
          <Trans>Mudar</Trans>
        </Button>
        <Remove
          look="quiet"
          title={t`Apagar ${method.name} (${place})?`}
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
      </span>
    </li>
  )
}

/** For which weights and values it counts. Bands end before their upper bound:
 * of 30,001 g the last that counts is the rounder one to tell. */
function bands(method: ShippingMethod, format: Format): string[] {
  const kilos = (grams: number) => t`${format.decimal(grams / 1000, 3)} kg`
  const money = (amount: number) => format.money({ amount, currency: method.currency })
  const band = (from: number, to: number | null, write: (value: number) => string) => {
    const least = from > 0 ? t`a partir de ${write(from)}` : ''
    if (to === null) return least
    const most = (to - 1) % 10 === 0 ? t`até ${write(to - 1)}` : t`menos de ${write(to)}`
    return least ? t`${least} e ${most}` : most
  }
  return [
    band(method.weight_from, method.weight_to, kilos),
    band(method.value_from, method.value_to, money),
  ].filter(Boolean)
}

type New = Schemas['NewShippingMethod']

const currencyOf = (one: ShippingMethod | null) => one?.currency ?? HOUSE_CURRENCY

function MethodSheet({
  method: shown,
  close,
}: {
  method: ShippingMethod | null
  close: () => void
}) {
  const { t } = useLingui()
  const format = useFormat()
  const classes = useQuery(taxClasses)
  const { data } = useQuery({
    queryKey: ['shipping-methods', 'one', shown?.id],
    enabled: shown !== null,
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/shipping/methods/{id}', { signal, params: { path: { id: shown!.id } } })),
  })
  const parse = (read: Reader, one: ShippingMethod | null): New => {
    const currency = currencyOf(one)
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
  const { before: method, error, form } = useEdit({
    of: data ?? shown,
    parse,
    make: (body, header) => ok(api.POST('/api/v1/shipping/methods', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/shipping/methods/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['shipping-methods']],
    done: () => {
      close()
      toast(t`Forma de entrega guardada.`)
    },
    same: close,
  })
  const currency = currencyOf(method)
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
      {...form}
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
