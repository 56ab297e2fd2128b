// How the gateway and what it stands on are: from the health endpoints, asked
// again and again.

import { api, Offline, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, ErrorState, Skeleton, toast, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ActError, useAct } from '../../form/act'
import { confirm } from '../../frame/confirm'
import { Page } from '../../frame/page'
import { Card } from '../../parts/card'

const EVERY = 5000

export function HealthPage() {
  const { t } = useLingui()
  const format = useFormat()
  const ready = useQuery({
    queryKey: ['health', 'ready'],
    refetchInterval: EVERY,
    retry: false,
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const { data, error, response } = await api.GET('/readyz', { signal })
      const body = data ?? error
      if (!body || typeof body !== 'object' || !('databases' in body))
        throw new Offline('no answer')
      return {
        ...body,
        http: response.status,
        milliseconds: performance.now() - began,
        at: new Date(),
      }
    },
  })
  const contract = useQuery({
    queryKey: ['health', 'contract'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const document = (await ok(api.GET('/openapi.json', { signal }))) as {
        info?: { title?: string; version?: string }
        paths?: Record<string, Record<string, unknown>>
      }
      const operations = Object.values(document.paths ?? {}).flatMap((item) =>
        Object.keys(item).filter((key) => /^(get|put|post|patch|delete)$/.test(key)),
      ).length
      return { ...document.info, operations }
    },
  })
  const state = ready.data
  return (
    <Page
      title={t`Saúde do sistema`}
      mark={
        state &&
        (state.status === 'ready' ? (
          <Badge tone="good">
            <Trans>Tudo certo</Trans>
          </Badge>
        ) : (
          <Badge tone="bad">
            <Trans>Falta algo</Trans>
          </Badge>
        ))
      }
      note={state && t`Conferido em ${format.dateTime(state.at)}; de novo a cada 5 segundos.`}
    >
      {ready.error && !state ? (
        <ErrorState error={ready.error} retry={() => ready.refetch()} />
      ) : !state ? (
        <Skeleton className="h-64" />
      ) : (
        <div className="gap-5 md:columns-2 *:mb-5 *:break-inside-avoid">
          <Card title={<Trans>Bancos de dados</Trans>}>
            <Rows
              of={Object.entries(state.databases).map(([name, up]) => [
                name,
                up ? (
                  <Badge tone="good">
                    <Trans>Ligado</Trans>
                  </Badge>
                ) : (
                  <Badge tone="bad">
                    <Trans>Fora</Trans>
                  </Badge>
                ),
              ])}
            />
          </Card>
          <Card title={<Trans>Mudanças que movem os caches</Trans>}>
            <Rows
              of={Object.entries(state.feeds).map(([name, feed]) => [
                name,
                <span className="flex flex-wrap items-center justify-end gap-2">
                  {feed.lag_ms !== undefined && (
                    <span className="text-sm text-muted">
                      <Trans>atraso de {format.number(feed.lag_ms)} ms</Trans>
                    </span>
                  )}
                  {feed.state === 'up' ? (
                    <Badge tone="good">
                      <Trans>Chegam</Trans>
                    </Badge>
                  ) : (
                    <Badge tone="warn">
                      <Trans>Paradas</Trans>
                    </Badge>
                  )}
                </span>,
              ])}
            />
            <p className="text-sm text-muted">
              <Trans>
                Enquanto não chegam, respostas guardadas valem por um segundo: a loja fica mais
                lenta, não errada.
              </Trans>
            </p>
          </Card>
          <Card title={<Trans>Este gateway</Trans>}>
            <Rows
              of={[
                [
                  t`Resposta`,
                  <span className="money">{format.number(Math.round(state.milliseconds))} ms</span>,
                ],
                [t`Contrato`, contract.data?.version ?? '…'],
                [t`Operações`, contract.data ? format.number(contract.data.operations) : '…'],
                [
                  t`Documentação`,
                  <a className="link" href="/docs/">
                    /docs
                  </a>,
                ],
              ]}
            />
          </Card>
          <DeadJobs />
          <Cache />
        </div>
      )}
    </Page>
  )
}

function Rows({ of }: { of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid">
      {of.map(([name, value]) => (
        <div
          key={name}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-0"
        >
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What this gateway keeps of its answers. */
function Cache() {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const may = scopes.has('settings:write')
  const { data } = useQuery({
    queryKey: ['health', 'cache'],
    refetchInterval: EVERY,
    enabled: may,
    queryFn: ({ signal }) => ok(api.GET('/api/v1/admin/cache', { signal })),
  })
  const clear = useAct(() => ok(api.DELETE('/api/v1/admin/cache')), {
    refresh: [['health', 'cache']],
    done: () => toast(t`O cache foi esvaziado.`),
  })
  if (!may || !data) return null
  const { hit, coalesced, stale, remote, miss } = data.results
  const kept = hit + coalesced + stale + remote
  const mebibytes = (bytes: number) => format.decimal(Math.round((bytes / 2 ** 20) * 10) / 10, 1)
  const number = (value: number) => <span className="money">{format.number(value)}</span>
  return (
    <Card
      title={<Trans>Cache de respostas</Trans>}
      action={
        <Button
          size="small"
          look="secondary"
          busy={clear.isPending}
          onClick={() =>
            void confirm({
              title: t`Esvaziar o cache?`,
              text: t`O que muda sai dele por si; esvaziar só é preciso para medir. As próximas respostas vêm do banco de dados.`,
              action: t`Esvaziar`,
            }).then((yes) => yes && clear.mutate())
          }
        >
          <Trans>Esvaziar</Trans>
        </Button>
      }
    >
      <Rows
        of={[
          [
            t`Memória em uso`,
            <span className="money">
              {t`${mebibytes(data.used)} de ${mebibytes(data.size)} MiB`}
            </span>,
          ],
          [
            t`Respondidas por ele`,
            kept + miss === 0 ? '—' : <span className="money">{format.percent(kept / (kept + miss))}</span>,
          ],
          [t`Da memória`, number(hit)],
          [t`Junto com outra pergunta igual`, number(coalesced)],
          [t`Do Redis`, number(remote)],
          [t`Antigas, na falta do banco`, number(stale)],
          [t`Perguntadas ao banco`, number(miss)],
          [t`Tiradas para dar lugar`, number(data.evictions)],
        ]}
      />
      <ActError error={clear.error} />
    </Card>
  )
}

/** Background work that gave up. */
function DeadJobs() {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const { data, error } = useQuery({
    queryKey: ['jobs', 'dead'],
    refetchInterval: 6 * EVERY,
    enabled: scopes.has('admin'),
    queryFn: async ({ signal }) =>
      (
        await ok(
          api.GET('/api/v1/admin/jobs', {
            signal,
            params: { query: { status: 'dead', limit: 1, count: 'exact' } },
          }),
        )
      ).page.total ?? 0,
  })
  if (error || !scopes.has('admin')) return null
  return (
    <Card title={<Trans>Tarefas</Trans>}>
      <Rows
        of={[
          [
            t`Que desistiram`,
            data === undefined ? (
              '…'
            ) : data === 0 ? (
              <Badge tone="good">
                <Trans>Nenhuma</Trans>
              </Badge>
            ) : (
              <Link to="/tarefas" search={{ status: 'dead' }} className="link">
                {format.number(data)}
              </Link>
            ),
          ],
        ]}
      />
    </Card>
  )
}
