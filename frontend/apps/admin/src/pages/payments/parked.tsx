// Money that fits nowhere: a person looks at it and notes what was done.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, EmptyState, TextAreaField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct, useKeyOf } from '../../form/act'
import { useForm } from '../../form/read'
import { Json } from '../../parts/json'
import { Facts } from '../../parts/card'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { Sheet } from '../../form/sheet'
import { providerName } from '../orders/status'

const route = getRouteApi('/shell/pagamentos-parados')

type Parked = Schemas['Parked']

export function ParkedPage() {
  const { t } = useLingui()
  const { resolvidos: resolved = false } = route.useSearch()
  const navigate = useNavigate({ from: '/pagamentos-parados' })
  const [looking, setLooking] = useState<Parked | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['parked', resolved],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/payments/parked', {
          signal,
          params: { query: { resolved, limit: 50, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  return (
    <Page
      title={t`Pagamentos parados`}
      note={t`Dinheiro que chegou e não coube em nenhum pedido, ou que não voltou.`}
      actions={
        <>
          <Button
            size="small"
            look="secondary"
            aria-pressed={resolved}
            onClick={() => void navigate({ search: resolved ? {} : { resolvidos: true } })}
          >
            {resolved ? <Trans>Ver os que esperam</Trans> : <Trans>Ver os resolvidos</Trans>}
          </Button>
        </>
      }
    >
      <Paged
        query={query}
        wait="h-64"
        empty={
          <EmptyState
            icon="check"
            title={
              resolved ? (
                <Trans>Nenhum foi resolvido ainda</Trans>
              ) : (
                <Trans>Nada espera por você</Trans>
              )
            }
          >
            {!resolved && (
              <Trans>O que um provedor receber sem pedido que o espere aparece aqui.</Trans>
            )}
          </EmptyState>
        }
      >
        {(rows) => (
          <ul className="grid gap-4 lg:grid-cols-2">
            {rows.map((one) => (
              <li key={one.id}>
                <Entry of={one} look={() => setLooking(one)} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {looking && <ResolveSheet of={looking} close={() => setLooking(null)} />}
    </Page>
  )
}

function Reason({ of }: { of: Parked['reason'] }) {
  switch (of) {
    case 'unknown_payment':
      return <Trans>O provedor fala de um pagamento que a loja não conhece</Trans>
    case 'amount_mismatch':
      return <Trans>O valor não é o do pedido</Trans>
    case 'currency_mismatch':
      return <Trans>A moeda não é a do pedido</Trans>
    case 'livemode_mismatch':
      return <Trans>Um pagamento de teste em uma loja de verdade, ou o contrário</Trans>
    case 'paid_twice':
      return <Trans>O pedido foi pago duas vezes</Trans>
    case 'refund_failed':
      return <Trans>Um reembolso não deu certo</Trans>
    default:
      return of
  }
}

function Entry({ of: one, look }: { of: Parked; look: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  return (
    <article className="card grid h-full content-start gap-4 p-5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="font-semibold">
          <Reason of={one.reason} />
        </h2>
        <Badge tone={one.resolved_at ? 'good' : 'warn'}>
          {one.resolved_at ? <Trans>Resolvido</Trans> : <Trans>Espera</Trans>}
        </Badge>
      </div>
      <Facts
        of={[
          [t`Provedor`, providerName(one.provider)],
          [t`Desde`, format.dateTime(one.created_at)],
          [
            t`Pedido`,
            one.order_id && (
              <Link to="/pedidos/$id" params={{ id: one.order_id }} className="link">
                <Trans>Ver o pedido</Trans>
              </Link>
            ),
          ],
          [t`Assunto`, <code className="text-sm break-all">{one.subject}</code>],
          [t`Resolvido em`, one.resolved_at && format.dateTime(one.resolved_at)],
          [t`Anotação`, one.note],
        ]}
      />
      <details>
        <summary className="link inline-block min-h-6">
          <Trans>O que o provedor disse</Trans>
        </summary>
        <div className="mt-3">
          <Json of={one.seen} label={t`O que o provedor disse`} />
        </div>
      </details>
      {!one.resolved_at && (
        <div className="mt-auto">
          <Button size="small" look="secondary" icon="check" onClick={look}>
            <Trans>Resolver</Trans>
          </Button>
        </div>
      )}
    </article>
  )
}

function ResolveSheet({ of: one, close }: { of: Parked; close: () => void }) {
  const { t } = useLingui()
  const keyOf = useKeyOf()
  const resolve = useAct(
    (body: { note: string }) =>
      ok(
        api.POST('/api/v1/admin/payments/parked/{id}/resolve', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    {
      refresh: [['parked']],
      done: () => {
        close()
        toast(t`Resolvido.`)
      },
    },
  )
  const { onSubmit, error } = useForm(
    (read) => ({ note: read.words('note') }),
    resolve.mutate,
    resolve.error,
  )
  return (
    <Sheet
      title={t`Resolver`}
      onClose={close}
      onSubmit={onSubmit}
      busy={resolve.isPending}
      error={resolve.error}
      does={<Trans>Está resolvido</Trans>}
    >
      <p>
        <Reason of={one.reason} />
      </p>
      <TextAreaField
        label={t`O que foi feito`}
        name="note"
        required
        rows={4}
        maxLength={2000}
        error={error('note')}
      />
    </Sheet>
  )
}
