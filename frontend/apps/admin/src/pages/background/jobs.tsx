import { api, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { EmptyState } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { JOB_STATUSES, type JobsSearch } from '../../areas/system'
import { Page } from '../../frame/page'
import { live } from '../../live'
import { DataTable } from '../../table/data-table'
import { SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import type { JobListed } from './data'
import { JOB_KINDS, JobBadge, jobKindName, jobStatusName } from './status'

const route = getRouteApi('/shell/tarefas')

export function JobsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (next: JobsSearch) => void navigate({ search: next, replace: true })
  const { status, kind } = search
  const query = useInfiniteQuery({
    ...live('jobs'),
    queryKey: ['jobs', 'list', { status, kind }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/admin/jobs', {
          signal,
          params: { query: { status, kind, limit: 50, count: 'estimated', cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const name = (job: JobListed) => (
    <Link to="/tarefas/$id" params={{ id: job.id }} className="link font-semibold">
      {jobKindName(job.kind)}
    </Link>
  )
  const tries = (job: JobListed) =>
    job.max_attempts ? t`${job.attempts} de ${job.max_attempts}` : format.number(job.attempts)
  const columns: Column<JobListed>[] = [
    { id: 'kind', header: t`Tarefa`, width: 18, fixed: true, cell: name },
    {
      id: 'status',
      header: t`Situação`,
      width: 10,
      cell: (job) => <JobBadge status={job.status} />,
    },
    { id: 'due', header: t`Prevista para`, width: 10, cell: (job) => format.stamp(job.due_at) },
    { id: 'tries', header: t`Tentativas`, width: 7, end: true, cell: tries },
    {
      id: 'error',
      header: t`Último erro`,
      cell: (job) => job.error && <span className="text-bad">{job.error}</span>,
    },
    { id: 'line', header: t`Fila`, width: 16, extra: true, cell: (job) => job.line },
    {
      id: 'created',
      header: t`Criada em`,
      width: 12,
      extra: true,
      cell: (job) => format.stamp(job.created_at),
    },
    {
      id: 'finished',
      header: t`Terminou em`,
      width: 12,
      extra: true,
      cell: (job) => job.finished_at && format.stamp(job.finished_at),
    },
  ]
  return (
    <Page title={t`Tarefas`} note={t`O que a loja faz por si mesma, a mais nova primeiro.`} fill>
      <DataTable
        page="jobs"
        label={t`Tarefas`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={Boolean(status ?? kind)}
        empty={
          <EmptyState icon="check" title={<Trans>Nenhuma tarefa</Trans>}>
            <Trans>O que a loja faz sozinha, como enviar e-mails, aparece aqui.</Trans>
          </EmptyState>
        }
        filters={
          <>
            <SelectFilter
              label={t`Situação`}
              all={t`Todas as situações`}
              value={status}
              options={JOB_STATUSES.map((one) => [one, jobStatusName(one)] as const)}
              onChange={(next) => onSearch({ ...search, status: next })}
            />
            <SelectFilter
              label={t`Tipo`}
              all={t`Todos os tipos`}
              value={kind}
              options={[...new Set([...JOB_KINDS, ...(kind ? [kind] : [])])].map(
                (one) => [one, jobKindName(one)] as const,
              )}
              onChange={(next) => onSearch({ ...search, kind: next })}
            />
          </>
        }
        card={(job) => (
          <>
            <div className="flex items-baseline justify-between gap-3">
              {name(job)}
              <JobBadge status={job.status} />
            </div>
            <p className="mt-1 flex justify-between gap-3 text-sm text-muted">
              <span>{format.dateTime(job.due_at)}</span>
              <span>
                <Trans>Tentativas: {tries(job)}</Trans>
              </span>
            </p>
            {job.error && <p className="truncate text-sm text-bad">{job.error}</p>}
          </>
        )}
      />
    </Page>
  )
}
