// What the staff changed: who, when, by which operation, and what was before.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Dialog, EmptyState, type Tone } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { AuditSearch } from '../../areas/system'
import type { Choice } from '../../form/pick'
import { PickFilter } from '../../form/pick-filter'
import { Page } from '../../frame/page'
import { Facts } from '../../parts/card'
import { DataTable } from '../../table/data-table'
import { SearchFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { operationName, operationNames } from './operations'

type Entry = Schemas['AuditEntry']
type Change = Schemas['AuditChange']

const OPERATION = /^[a-z][a-z0-9_]*$/
const SUBJECT = /^[a-z][a-z_]*(:.+)?$/
const ACTOR = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Words that are not finished yet, which the gateway would refuse, narrow
 * nothing. */
function fitting(words: string | undefined, pattern: RegExp): string | undefined {
  return words && pattern.test(words) ? words : undefined
}

/** By their words, accents forgiven, or by their names; what has no words is
 * taken as it is. */
function findOperations(words: string): Promise<Choice[]> {
  const wanted = plain(words)
  const found = Object.entries(operationNames())
    .filter(([id, text]) => plain(`${text} ${id} ${id.replaceAll('_', ' ')}`).includes(wanted))
    .map(([id, text]) => ({ id, text, note: <code>{id}</code> }))
    .sort((a, b) => a.text.localeCompare(b.text))
  const other = OPERATION.test(words) ? [{ id: words, text: words }] : []
  return Promise.resolve(found.length > 0 ? found : other)
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** In words, and as the gateway calls it. */
function Operation({ name }: { name: string }) {
  const words = operationName(name)
  return words === name ? (
    <code>{name}</code>
  ) : (
    <>
      {words} <code className="font-normal">{name}</code>
    </>
  )
}

const route = getRouteApi('/shell/auditoria')

export function AuditPage() {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: AuditSearch) => void navigate({ search: next, replace: true })
  const [shown, setShown] = useState<Entry | null>(null)
  const { operation, subject, actor } = search
  const query = useInfiniteQuery({
    queryKey: ['audit', { operation, subject, actor }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/audit', {
          signal,
          params: {
            query: {
              operation: fitting(operation, OPERATION),
              subject: fitting(subject, SUBJECT),
              actor: fitting(actor, ACTOR),
              limit: 50,
              cursor: pageParam,
            },
          },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const name = (entry: Entry) => (
    <button type="button" className="link min-h-6 text-left font-semibold" onClick={() => setShown(entry)}>
      {operationName(entry.operation)}
    </button>
  )
  const who = (entry: Entry) => entry.actor?.name ?? entry.actor?.email ?? t`A loja`
  const columns: Column<Entry>[] = [
    { id: 'at', header: t`Quando`, width: 9.5, fixed: true, cell: (one) => format.stamp(one.at) },
    { id: 'who', header: t`Quem`, width: 10, cell: who },
    { id: 'operation', header: t`Operação`, width: 15, fixed: true, cell: name },
    {
      id: 'subjects',
      header: t`O que mudou`,
      cell: (one) => one.subjects.map(({ kind, id }) => `${kind}:${id}`).join(', '),
    },
    {
      id: 'count',
      header: t`Mudanças`,
      width: 7,
      end: true,
      cell: (one) => format.number(one.changes_count),
    },
    {
      id: 'request',
      header: t`Requisição`,
      width: 20,
      extra: true,
      cell: (one) => <code>{one.request_id}</code>,
    },
  ]
  return (
    <Page
      title={t`Auditoria`}
      note={t`O que a equipe mudou, em ordem e encadeado: ninguém apaga uma linha sem que se note.`}
      fill
    >
      <DataTable
        page="audit"
        label={t`Auditoria`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={Boolean(operation ?? subject ?? actor)}
        empty={
          <EmptyState icon="shield" title={<Trans>Nada mudou ainda</Trans>}>
            <Trans>O que a equipe mudar aparece aqui.</Trans>
          </EmptyState>
        }
        filters={
          <>
            <PickFilter
              text={<Trans>Operação…</Trans>}
              chosen={operation && <Operation name={operation} />}
              title={t`O que a equipe fez`}
              label={t`Em palavras ou pelo nome, como update_product`}
              source={`operations ${i18n.locale}`}
              search={findOperations}
              onChange={(next) => onSearch({ ...search, operation: next })}
            />
            <SearchFilter
              label={t`Coisa, como order ou product:42`}
              value={subject}
              onChange={(next) => onSearch({ ...search, subject: next })}
            />
          </>
        }
        card={(one) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {name(one)}
              <span className="text-sm text-muted">{format.dateTime(one.at)}</span>
            </div>
            <p className="truncate text-sm">{who(one)}</p>
            <p className="truncate text-sm text-muted">
              {one.subjects.map(({ kind, id }) => `${kind}:${id}`).join(', ')}
            </p>
          </>
        )}
      />
      {shown && <EntryDialog entry={shown} close={() => setShown(null)} />}
    </Page>
  )
}

function EntryDialog({ entry, close }: { entry: Entry; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const { actor } = entry
  return (
    <Dialog open onClose={close} title={operationName(entry.operation)}>
      <Facts
        of={[
          [t`Quando`, format.dateTime(entry.at)],
          [
            t`Quem`,
            actor?.id ? (
              <Link to="/usuarios/$id" params={{ id: actor.id }} className="link">
                {actor.name ?? actor.email ?? actor.id}
              </Link>
            ) : (
              t`A loja`
            ),
          ],
          [t`Operação`, <code className="text-sm">{entry.operation}</code>],
          [t`Requisição`, entry.request_id && <code className="text-sm">{entry.request_id}</code>],
          [t`Na cadeia`, entry.seq !== null && `${entry.database} ${entry.seq}`],
        ]}
      />
      <ul className="grid gap-3" aria-label={t`Mudanças`}>
        {entry.changes.map((change, index) => (
          <li key={index} className="rounded-lg bg-sunken px-4 py-3">
            <ChangeEntry change={change} />
          </li>
        ))}
      </ul>
      {entry.changes_count > entry.changes.length && (
        <p className="text-sm text-muted">
          <Trans>
            Aqui estão as primeiras {entry.changes.length} de {format.number(entry.changes_count)}.
          </Trans>
        </p>
      )}
    </Dialog>
  )
}

/** The columns of a row that differ, before and after. */
function ChangeEntry({ change }: { change: Change }) {
  const { t } = useLingui()
  const before = (change.before ?? {}) as Record<string, unknown>
  const after = (change.after ?? {}) as Record<string, unknown>
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const actions: Record<Change['action'], { name: string; tone: Tone }> = {
    insert: { name: t`Criado`, tone: 'good' },
    update: { name: t`Mudado`, tone: 'brand' },
    delete: { name: t`Apagado`, tone: 'bad' },
  }
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <code className="font-semibold">
          {change.relation} {change.kind}:{change.subject}
        </code>
        <Badge tone={actions[change.action].tone}>{actions[change.action].name}</Badge>
      </p>
      <dl className="mt-1.5 grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[9rem_1fr]">
        {names.map((name) => (
          <div key={name} className="contents">
            <dt className="wrap-anywhere text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">
              {name in before && <del className="text-muted">{told(before[name])}</del>}
              {name in before && name in after && <span aria-hidden="true"> → </span>}
              {name in after && <ins className="font-medium no-underline">{told(after[name])}</ins>}
            </dd>
          </div>
        ))}
      </dl>
      {change.concealed.length > 0 && (
        <p className="mt-1 text-sm text-muted">
          <Trans>Não se mostra: {change.concealed.join(', ')}</Trans>
        </p>
      )}
    </>
  )
}

function told(value: unknown): ReactNode {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
