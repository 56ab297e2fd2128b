// A webhook: where it goes, how it does, and every delivery.

import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  SelectField,
  Skeleton,
  TextAreaField,
  toast,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch, useAct } from '../../form/act'
import { useEdit } from '../../form/edit'
import { Json } from '../../parts/json'
import { Card, Facts } from '../../parts/card'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { ToldOnce } from '../../parts/told-once'
import { Remove } from '../../form/remove'
import { Sheet } from '../../form/sheet'
import {
  deliveries,
  delivery as deliveryQuery,
  webhook as webhookQuery,
  type DeliveryStatus,
  type Webhook,
} from './data'
import { DeliveryBadge, deliveryStatusName, WebhookBadge } from './status'

const route = getRouteApi('/shell/webhooks/$id')

export function WebhookPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const [editing, setEditing] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const query = useQuery(webhookQuery(id))
  const hook = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há este webhook</Trans>} />
  }
  if (query.error && !hook) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!hook) return <Loading />
  return (
    <Page
      title={hook.description || new URL(hook.url).host}
      crumbs={[{ to: '/webhooks', label: t`Webhooks` }]}
      mark={<WebhookBadge webhook={hook} />}
      note={<span className="break-all">{hook.url}</span>}
      actions={
        <>
          <WebhookActions webhook={hook} shown={setSecret} />
          <Button size="small" look="secondary" icon="edit" onClick={() => setEditing(true)}>
            <Trans>Mudar</Trans>
          </Button>
          <Remove
            title={t`Apagar o webhook?`}
            work={() =>
              ok(
                api.DELETE('/api/v1/admin/webhooks/{id}', {
                  params: { path: { id } },
                  headers: ifMatch(hook),
                }),
              )
            }
            refresh={[['webhooks']]}
            done={() => void navigate({ to: '/webhooks' })}
          >
            <Trans>As entregas dele vão junto.</Trans>
          </Remove>
        </>
      }
    >
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
        <Card title={<Trans>Como vai</Trans>}>
          <Facts
            of={[
              [t`Eventos`, <code className="text-sm">{hook.events.join(', ')}</code>],
              [
                t`Último sucesso`,
                hook.last_success_at ? format.dateTime(hook.last_success_at) : t`ainda nenhum`,
              ],
              [t`Falhas desde então`, format.number(hook.failures)],
              [t`Falha desde`, hook.failing_since && format.dateTime(hook.failing_since)],
              [
                t`O segredo anterior assina até`,
                hook.old_secret_until && format.dateTime(hook.old_secret_until),
              ],
              [t`Criado em`, format.dateTime(hook.created_at)],
            ]}
          />
        </Card>
        <Deliveries webhook={hook} />
      </div>
      {editing && (
        <WebhookSheet webhook={hook} close={() => setEditing(false)} made={() => undefined} />
      )}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  )
}

function WebhookActions({ webhook, shown }: { webhook: Webhook; shown: (secret: string) => void }) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const params = { path: { id: webhook.id } }
  const test = useAct(() => ok(api.POST('/api/v1/admin/webhooks/{id}/test', { params })), {
    refresh: [['webhooks', 'one', webhook.id]],
    done: () => toast(t`O evento de teste está a caminho.`),
  })
  const rotate = useAct(
    () => ok(api.POST('/api/v1/admin/webhooks/{id}/rotate-secret', { params })),
    {
      refresh: [['webhooks', 'one', webhook.id]],
      done: (made) => {
        setAsking(false)
        shown(made.secret)
      },
    },
  )
  const toggle = useAct(
    () =>
      ok(
        api.PATCH('/api/v1/admin/webhooks/{id}', {
          params,
          headers: ifMatch(webhook),
          body: {
            status: webhook.status === 'active' ? ('disabled' as const) : ('active' as const),
          },
        }),
      ),
    { refresh: [['webhooks']] },
  )
  return (
    <>
      {webhook.status === 'active' && (
        <Button size="small" busy={test.isPending} onClick={() => test.mutate()}>
          <Trans>Enviar um teste</Trans>
        </Button>
      )}
      <Button size="small" look="secondary" busy={toggle.isPending} onClick={() => toggle.mutate()}>
        {webhook.status === 'active' ? <Trans>Desativar</Trans> : <Trans>Ativar</Trans>}
      </Button>
      <Button size="small" look="secondary" icon="lock" onClick={() => setAsking(true)}>
        <Trans>Trocar o segredo</Trans>
      </Button>
      <ActError error={test.error ?? toggle.error} />
      {asking && (
        <Dialog open onClose={() => setAsking(false)} title={t`Trocar o segredo?`}>
          <p>
            <Trans>
              O novo aparece uma vez. Por um dia os dois assinam, para que o outro lado possa trocar
              sem perder nada.
            </Trans>
          </p>
          <ActError error={rotate.error} />
          <div className="flex flex-wrap justify-end gap-3">
            <Button look="secondary" onClick={() => setAsking(false)}>
              <Trans>Voltar</Trans>
            </Button>
            <Button busy={rotate.isPending} onClick={() => rotate.mutate()}>
              <Trans>Trocar</Trans>
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** The secret, right after it was made. */
export function SecretDialog({ secret, close }: { secret: string; close: () => void }) {
  const { t } = useLingui()
  return (
    <ToldOnce title={t`O segredo do webhook`} label={t`Segredo`} value={secret} close={close} />
  )
}

interface WebhookSheetProps {
  webhook: Webhook | null
  close: () => void
  made: (made: Schemas['WebhookMade']) => void
}

/** The patterns of events in a text: by commas, spaces or lines. */
function eventsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean)
}

export function WebhookSheet({ webhook: latest, close, made }: WebhookSheetProps) {
  const { t } = useLingui()
  const { before, error, form } = useEdit({
    of: latest,
    parse: (read) => {
      const events = eventsOf(read.words('events'))
      if (events.some((one) => !/^(\*|[a-z_]+\.(\*|[a-z_]+))$/.test(one))) {
        read.refuse('events', t`Assim: order.paid, order.* ou *.`)
      }
      return {
        url: read.words('url'),
        description: read.words('description'),
        events: events.length > 0 ? events : ['*'],
      }
    },
    make: async (body, header) => {
      const one = await ok(api.POST('/api/v1/admin/webhooks', { params: { header }, body }))
      made(one)
      return one
    },
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/admin/webhooks/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['webhooks']],
    done: close,
    same: close,
  })
  return (
    <Sheet
      title={before ? t`Mudar o webhook` : t`Novo webhook`}
      onClose={close}
      {...form}
      does={<Trans>Guardar</Trans>}
    >
      <Field
        label={t`Endereço`}
        hint={t`https, alcançável pela internet.`}
        type="url"
        name="url"
        required
        maxLength={2000}
        defaultValue={before?.url ?? ''}
        error={error('url')}
      />
      <Field
        label={t`Descrição`}
        optional={t`opcional`}
        name="description"
        maxLength={200}
        defaultValue={before?.description ?? ''}
        error={error('description')}
      />
      <TextAreaField
        label={t`Eventos`}
        hint={t`Um por linha: order.paid, order.* ou * para todos.`}
        name="events"
        rows={3}
        spellCheck={false}
        defaultValue={before?.events.join('\n') ?? '*'}
        error={error('events')}
      />
    </Sheet>
  )
}

const STATUSES: readonly DeliveryStatus[] = ['pending', 'delivered', 'failed', 'canceled']

function Deliveries({ webhook }: { webhook: Webhook }) {
  const { t } = useLingui()
  const format = useFormat()
  const [status, setStatus] = useState<DeliveryStatus>()
  const [shown, setShown] = useState<string | null>(null)
  const query = useInfiniteQuery(deliveries(webhook.id, status))
  return (
    <Card title={<Trans>Entregas</Trans>}>
      <SelectField
        className="max-w-56"
        label={t`Situação`}
        value={status ?? ''}
        onChange={(event) => setStatus(STATUSES.find((one) => one === event.target.value))}
      >
        <option value="">{t`Todas`}</option>
        {STATUSES.map((one) => (
          <option key={one} value={one}>
            {deliveryStatusName(one)}
          </option>
        ))}
      </SelectField>
      <Paged
        query={query}
        wait="h-40"
        empty={
          <EmptyState title={<Trans>Nenhuma entrega</Trans>}>
            <Trans>Envie um teste para ver se o outro lado responde.</Trans>
          </EmptyState>
        }
      >
        {(rows) => (
          <ul className="grid">
            {rows.map((row) => (
              <li
                key={row.id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0"
              >
                <div className="min-w-0">
                  <p className="font-medium">{row.type}</p>
                  <p className="text-sm text-muted">
                    {format.dateTime(row.created_at)}
                    {row.code !== null && row.code !== undefined && ` · HTTP ${row.code}`}
                    {row.error && ` · ${row.error}`}
                  </p>
                </div>
                <div className="flex items-center gap-2">
                  <DeliveryBadge status={row.status} />
                  <Button size="small" look="quiet" onClick={() => setShown(row.id)}>
                    <Trans>Ver</Trans>
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {shown && <DeliveryDialog webhook={webhook} id={shown} close={() => setShown(null)} />}
    </Card>
  )
}

function DeliveryDialog({
  webhook,
  id,
  close,
}: {
  webhook: Webhook
  id: string
  close: () => void
}) {
  const { t } = useLingui()
  const format = useFormat()
  const { data, error, refetch } = useQuery(deliveryQuery(webhook.id, id))
  const again = useAct(
    () =>
      ok(
        api.POST('/api/v1/admin/webhooks/{id}/deliveries/{delivery_id}/redeliver', {
          params: { path: { id: webhook.id, delivery_id: id } },
        }),
      ),
    { refresh: [['webhooks', 'one', webhook.id]], done: () => toast(t`A caminho de novo.`) },
  )
  return (
    <Dialog open onClose={close} title={t`Entrega`}>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-60" />
      ) : (
        <>
          <Facts
            of={[
              [t`Evento`, <code className="text-sm">{data.type}</code>],
              [t`Situação`, <DeliveryBadge status={data.status} />],
              [
                'webhook-id',
                <code className="text-sm break-all">msg_{data.id.replaceAll('-', '')}</code>,
              ],
            ]}
          />
          {data.log.length > 0 && (
            <ol className="grid gap-2" aria-label={t`Tentativas`}>
              {data.log.map((entry) => (
                <li key={entry.attempt} className="rounded-lg bg-sunken px-4 py-2.5 text-sm">
                  <p className="font-medium">
                    {format.dateTime(entry.at)}
                    {entry.code ? ` · HTTP ${entry.code}` : ''}
                    {` · ${format.number(entry.milliseconds)} ms`}
                  </p>
                  {entry.error && <p className="text-bad">{entry.error}</p>}
                  {entry.answer && <p className="break-all text-muted">{entry.answer}</p>}
                </li>
              ))}
            </ol>
          )}
          <Json of={data.event} label={t`Evento`} />
          <ActError error={again.error} />
          {data.status !== 'pending' && (
            <div className="flex justify-end">
              <Button look="secondary" busy={again.isPending} onClick={() => again.mutate()}>
                <Trans>Entregar de novo</Trans>
              </Button>
            </div>
          )}
        </>
      )}
    </Dialog>
  )
}
