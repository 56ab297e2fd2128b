// A gift card or the store credit of a customer: what is on it, every change of
// that, and what staff does with it.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Field,
  SelectField,
  TextAreaField,
  toast,
  useScopes,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch, useAct, useKeyOf } from '../../form/act'
import { useEdit } from '../../form/edit'
import { sameMoment, useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { confirm } from '../../frame/confirm'
import { Facts } from '../../parts/card'
import { Booked } from '../../parts/paged'
import { Person } from '../../parts/person'
import { entries, standing, type Credit, type CreditEntry } from './data'
import { MailSheet } from './mail'
import { CardFields, CreditBadge, readSum } from './parts'

export function Account({ of: one }: { of: Credit }) {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const card = one.kind === 'gift_card'
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-sunken px-4 py-3">
        <span>
          <span className="block text-sm text-muted">
            <Trans>Saldo</Trans>
          </span>
          <span className="money text-xl font-bold">{format.money(one.balance)}</span>
        </span>
        {card && <CreditBadge of={one} />}
      </div>
      {card && (
        <Facts
          of={[
            [t`Vale até`, one.expires_at ? format.dateTime(one.expires_at) : t`sem prazo`],
            [t`Anotação`, one.note],
            [t`Emitido em`, format.dateTime(one.created_at)],
          ]}
        />
      )}
      {scopes.has('orders:write') && <Actions of={one} />}
      <section className="grid gap-1" aria-label={t`Razão`}>
        <h3 className="font-semibold">
          <Trans>Razão</Trans>
        </h3>
        <Ledger id={one.id} />
      </section>
    </>
  )
}

function Actions({ of: one }: { of: Credit }) {
  const { t } = useLingui()
  const [open, setOpen] = useState<'adjust' | 'edit' | 'mail'>()
  const close = () => setOpen(undefined)
  const keyOf = useKeyOf()
  const activate = useAct(
    (active: boolean) =>
      ok(
        api.PATCH('/api/v1/gift-cards/{id}', {
          params: {
            path: { id: one.id },
            header: { ...ifMatch(one), 'Idempotency-Key': keyOf([active, one.version]) },
          },
          body: { active },
        }),
      ),
    {
      refresh: [['credit']],
      done: (now) => toast(now.active ? t`O vale foi liberado.` : t`O vale foi bloqueado.`),
    },
  )
  const block = () =>
    void confirm({
      title: t`Bloquear o vale?`,
      text: t`Ele não paga mais nada; o saldo fica, e ele pode ser liberado.`,
      action: t`Bloquear o vale`,
      danger: true,
    }).then((yes) => yes && activate.mutate(false))
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" look="secondary" icon="plus" onClick={() => setOpen('adjust')}>
        <Trans>Ajustar o saldo</Trans>
      </Button>
      {one.kind === 'gift_card' && (
        <Button size="small" look="secondary" icon="edit" onClick={() => setOpen('edit')}>
          <Trans>Mudar prazo e anotação</Trans>
        </Button>
      )}
      {one.kind === 'gift_card' && standing(one) === 'usable' && (
        <Button size="small" look="secondary" onClick={() => setOpen('mail')}>
          <Trans>Enviar por e-mail</Trans>
        </Button>
      )}
      {one.kind === 'gift_card' &&
        (one.active ? (
          <Button size="small" look="danger" icon="lock" busy={activate.isPending} onClick={block}>
            <Trans>Bloquear</Trans>
          </Button>
        ) : (
          <Button
            size="small"
            look="secondary"
            busy={activate.isPending}
            onClick={() => activate.mutate(true)}
          >
            <Trans>Liberar</Trans>
          </Button>
        ))}
      <ActError error={activate.error} />
      {open === 'adjust' && <AdjustSheet of={one} close={close} />}
      {open === 'mail' && <MailSheet of={one} close={close} />}
      {open === 'edit' && <CardSheet of={one} close={close} />}
    </div>
  )
}

function CardSheet({ of: latest, close }: { of: Credit; close: () => void }) {
  const { t } = useLingui()
  const { error, form } = useEdit({
    of: latest,
    parse: (read, one) => ({
      expires_at: sameMoment(one?.expires_at, read.moment('expires_at')),
      note: read.text('note'),
    }),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/gift-cards/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['credit']],
    done: () => {
      close()
      toast(t`Vale guardado.`)
    },
    same: close,
  })
  return (
    <Sheet title={t`Mudar prazo e anotação`} onClose={close} {...form} does={<Trans>Guardar</Trans>}>
      <CardFields of={latest} error={error} />
    </Sheet>
  )
}

function AdjustSheet({ of: one, close }: { of: Credit; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const keyOf = useKeyOf()
  const { currency } = one.balance
  const adjust = useAct(
    (body: Schemas['CreditChange']) =>
      ok(
        api.POST('/api/v1/credits/{id}/entries', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    {
      refresh: [['credit']],
      done: () => {
        close()
        toast(t`Saldo ajustado.`)
      },
    },
  )
  const { onSubmit, error } = useForm<Schemas['CreditChange']>(
    (read) => {
      const sum = readSum(read, 'delta', currency)
      const amount = read.words('way') === 'take' ? -sum : sum
      return { delta: { amount, currency }, reason: read.words('reason') }
    },
    adjust.mutate,
    adjust.error,
  )
  return (
    <Sheet
      title={t`Ajustar o saldo`}
      onClose={close}
      onSubmit={onSubmit}
      busy={adjust.isPending}
      error={adjust.error}
      does={<Trans>Guardar</Trans>}
    >
      <SelectField label={t`O que fazer`} name="way">
        <option value="add">{t`Pôr mais`}</option>
        <option value="take">{t`Tirar`}</option>
      </SelectField>
      <Field
        label={t`Valor (${currency})`}
        name="delta"
        inputMode="decimal"
        autoComplete="off"
        required
        hint={t`O saldo é ${format.money(one.balance)}.`}
        error={error('delta')}
      />
      <TextAreaField
        label={t`Motivo`}
        name="reason"
        required
        rows={2}
        maxLength={500}
        error={error('reason')}
      />
    </Sheet>
  )
}

function Ledger({ id }: { id: string }) {
  const query = useInfiniteQuery(entries(id))
  return (
    <Booked query={query} wait="h-24">
      {(row) => <Entry key={row.n} of={row} />}
    </Booked>
  )
}

function Entry({ of: row }: { of: CreditEntry }) {
  const { t } = useLingui()
  const format = useFormat()
  const names: Record<CreditEntry['kind'], string> = {
    issue: t`Emissão`,
    adjust: t`Ajuste`,
    spend: t`Pagou um pedido`,
    refund: t`Devolvido de um pedido`,
  }
  const less = row.delta.amount < 0
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line py-2.5 first:border-0">
      <span className="min-w-0">
        <span className="font-medium">{names[row.kind] ?? row.kind}</span>
        {row.order_id && (
          <>
            {' · '}
            <Link to="/pedidos/$id" params={{ id: row.order_id }} className="link">
              <Trans>Ver o pedido</Trans>
            </Link>
          </>
        )}
        {row.reason && <span className="block text-sm wrap-anywhere">{row.reason}</span>}
        <span className="block text-sm text-muted">
          {format.dateTime(row.created_at)} · <Person id={row.actor_id} />
        </span>
      </span>
      <span className="ml-auto text-right">
        <span className={`money font-semibold ${less ? 'text-bad' : 'text-good'}`}>
          {less ? '\u2212' : '+'}
          {format.money({ ...row.delta, amount: Math.abs(row.delta.amount) })}
        </span>
        <span className="block text-sm text-muted">
          <Trans>ficou {format.money(row.balance)}</Trans>
        </span>
      </span>
    </li>
  )
}
