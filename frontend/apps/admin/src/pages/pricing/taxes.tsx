// Tax classes, which goods are in, and what each pays where.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
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
import { ifMatch, useAct, useSeen } from '../../form/act'
import { useEdit } from '../../form/edit'
import { useForm } from '../../form/read'
import { Card } from '../../parts/card'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { Remove } from '../../form/remove'
import { Sheet } from '../../form/sheet'
import { taxClasses, type TaxClass, type TaxRate } from './data'

export function TaxesPage() {
  const { t } = useLingui()
  return (
    <Page title={t`Impostos`} note={t`Uma classe sem alíquota em uma região não paga imposto lá.`}>
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)]">
        <Rates />
        <Classes />
      </div>
    </Page>
  )
}

function Rates() {
  const { t } = useLingui()
  const format = useFormat()
  const [edited, setEdited] = useState<TaxRate | 'new' | null>(null)
  const classes = useQuery(taxClasses)
  const query = useInfiniteQuery({
    queryKey: ['tax-rates'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/tax/rates', {
          signal,
          params: { query: { limit: 100, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  return (
    <Card
      title={<Trans>Alíquotas</Trans>}
      action={
        <Button size="small" look="secondary" icon="plus" onClick={() => setEdited('new')}>
          <Trans>Nova alíquota</Trans>
        </Button>
      }
    >
      <Paged
        query={query}
        wait="h-40"
        empty={
          <EmptyState title={<Trans>Nenhuma alíquota</Trans>} />
        }
      >
        {(rates) => (
          <ul className="grid">
            {rates.map((rate) => (
              <li
                key={rate.id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0"
              >
                <div className="min-w-0">
                  <p className="font-medium">
                    {rate.name}
                    <span className="font-normal text-muted"> · {rate.region}</span>
                  </p>
                  <p className="text-sm text-muted">
                    {classes.data?.find(({ code }) => code === rate.tax_class)?.name ?? rate.tax_class}
                    {' · '}
                    {rate.inclusive ? <Trans>dentro do preço</Trans> : <Trans>somado ao preço</Trans>}
                  </p>
                </div>
                <div className="flex flex-wrap items-center gap-2">
                  <span className="money font-semibold">
                    {format.decimal(rate.rate_ppm / 1e4, 4)}%
                  </span>
                  <Button size="small" look="quiet" icon="edit" onClick={() => setEdited(rate)}>
                    <Trans>Mudar</Trans>
                  </Button>
                  <Remove
                    look="quiet"
                    title={t`Apagar ${rate.name} de ${rate.region}?`}
                    refresh={[['tax-rates']]}
                    work={() =>
                      ok(
                        api.DELETE('/api/v1/tax/rates/{id}', {
                          params: { path: { id: rate.id } },
                          headers: ifMatch(rate),
                        }),
                      )
                    }
                  >
                    <Trans>Pedidos feitos ficam como estão.</Trans>
                  </Remove>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {edited && (
        <RateSheet rate={edited === 'new' ? null : edited} close={() => setEdited(null)} />
      )}
    </Card>
  )
}

function RateSheet({ rate: shown, close }: { rate: TaxRate | null; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const classes = useQuery(taxClasses)
  // The newest version of it, should it change while the sheet is open.
  const { data } = useQuery({
    queryKey: ['tax-rates', 'one', shown?.id],
    enabled: shown !== null,
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/tax/rates/{id}', { signal, params: { path: { id: shown!.id } } })),
  })
  const { before: rate, error, form } = useEdit({
    of: data ?? shown,
    parse: (read): Schemas['NewTaxRate'] => {
      const rate_ppm = read.percent('rate')
      if (rate_ppm === null || rate_ppm < 0 || rate_ppm > 1_000_000) {
        read.refuse('rate', t`Escreva uma porcentagem entre 0 e 100.`)
      }
      return {
        name: read.words('name'),
        region: read.words('region'),
        tax_class: read.words('tax_class') || 'standard',
        rate_ppm: rate_ppm ?? 0,
        inclusive: read.on('inclusive'),
      }
    },
    make: (body, header) => ok(api.POST('/api/v1/tax/rates', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/tax/rates/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['tax-rates']],
    done: () => {
      close()
      toast(t`Alíquota guardada.`)
    },
    same: close,
  })
  return (
    <Sheet
      title={rate ? t`Mudar a alíquota` : t`Nova alíquota`}
      onClose={close}
      {...form}
      does={<Trans>Guardar</Trans>}
    >
      <Field
        label={t`Nome`}
        hint={t`ICMS, por exemplo.`}
        name="name"
        required
        maxLength={120}
        defaultValue={rate?.name ?? ''}
        error={error('name')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t`Região`}
          hint={t`Um país (BR) ou parte dele (BR-SP).`}
          name="region"
          required
          maxLength={64}
          defaultValue={rate?.region ?? 'BR'}
          error={error('region')}
        />
        <Field
          label={t`Porcentagem`}
          name="rate"
          inputMode="decimal"
          required
          defaultValue={rate ? format.decimal(rate.rate_ppm / 1e4, 4) : ''}
          error={error('rate') ?? error('rate_ppm')}
        />
      </div>
      <SelectField
        key={classes.data?.length}
        label={t`Classe`}
        name="tax_class"
        defaultValue={rate?.tax_class ?? 'standard'}
        error={error('tax_class')}
      >
        {(classes.data ?? []).map(({ code, name }) => (
          <option key={code} value={code}>
            {name} ({code})
          </option>
        ))}
      </SelectField>
      <Choice type="checkbox" name="inclusive" defaultChecked={rate?.inclusive ?? true}>
        <Trans>O preço já contém o imposto</Trans>
      </Choice>
    </Sheet>
  )
}

function Classes() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(taxClasses)
  const [edited, setEdited] = useState<TaxClass | 'new' | null>(null)
  return (
    <Card
      title={<Trans>Classes</Trans>}
      action={
        <Button size="small" look="secondary" icon="plus" onClick={() => setEdited('new')}>
          <Trans>Nova classe</Trans>
        </Button>
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : (
        <ul className="grid">
          {data.map((one) => (
            <li
              key={one.code}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0"
            >
              <span className="min-w-0">
                <span className="font-medium">{one.name}</span>
                <span className="block text-sm text-muted">{one.code}</span>
              </span>
              <span className="flex flex-wrap gap-1">
                <Button size="small" look="quiet" icon="edit" onClick={() => setEdited(one)}>
                  <Trans>Mudar</Trans>
                </Button>
                <Remove
                  look="quiet"
                  title={t`Apagar a classe ${one.name}?`}
                  refresh={[['tax-classes']]}
                  work={() =>
                    ok(
                      api.DELETE('/api/v1/tax/classes/{code}', {
                        params: { path: { code: one.code } },
                        headers: ifMatch(one),
                      }),
                    )
                  }
                >
                  <Trans>Só se apaga uma classe em que não há nada.</Trans>
                </Remove>
              </span>
            </li>
          ))}
        </ul>
      )}
      {edited && (
        <ClassSheet
          entry={
            edited === 'new' ? null : (data?.find(({ code }) => code === edited.code) ?? edited)
          }
          close={() => setEdited(null)}
        />
      )}
    </Card>
  )
}

function ClassSheet({ entry, close }: { entry: TaxClass | null; close: () => void }) {
  const { t } = useLingui()
  const seen = useSeen(entry)
  const { data: known } = useQuery(taxClasses)
  const save = useAct(
    ({ code, name }: { code: string; name: string }) =>
      ok(
        api.PUT('/api/v1/tax/classes/{code}', {
          params: { path: { code } },
          headers: seen.header(),
          body: { name },
        }),
      ),
    { refresh: [['tax-classes']], seen, done: close },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const code = entry?.code ?? read.words('code')
      if (!entry && known?.some((one) => one.code === code)) {
        read.refuse('code', t`Já existe uma classe com este código.`)
      }
      return { code, name: read.words('name') }
    },
    save.mutate,
    save.error,
  )
  return (
    <Sheet
      title={entry ? t`Mudar a classe` : t`Nova classe`}
      onClose={close}
      onSubmit={onSubmit}
      busy={save.isPending}
      error={save.error}
      does={<Trans>Guardar</Trans>}
    >
      {!entry && (
        <Field
          label={t`Código`}
          hint={t`Letras minúsculas, números, sublinhado.`}
          name="code"
          required
          maxLength={31}
          pattern="[a-z][a-z0-9_]*"
          error={error('code')}
        />
      )}
      <Field
        label={t`Nome`}
        name="name"
        required
        maxLength={120}
        defaultValue={entry?.name ?? ''}
        error={error('name')}
      />
    </Sheet>
  )
}
