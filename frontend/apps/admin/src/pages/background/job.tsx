import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Button, EmptyState, ErrorState, Loading, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ActError, useAct } from '../../form/act'
import { Json } from '../../parts/json'
import { Card, Facts } from '../../parts/card'
import { Page } from '../../frame/page'
import { job as jobQuery, type Job } from './data'
import { JobBadge, jobKindName } from './status'

const route = getRouteApi('/shell/tarefas/$id')

export function JobPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const query = useQuery(jobQuery(id))
  const job = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há esta tarefa</Trans>} />
  }
  if (query.error && !job) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!job) return <Loading />
  return (
    <Page
      title={jobKindName(job.kind)}
      crumbs={[{ to: '/tarefas', label: t`Tarefas` }]}
      mark={<JobBadge status={job.status} />}
      actions={
        <>
          <JobActions job={job} />
        </>
      }
    >
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <Card title={<Trans>Andamento</Trans>}>
          <Facts
            of={[
              [t`Tipo`, <code className="text-sm">{job.kind}</code>],
              [
                t`Tentativas`,
                job.max_attempts
                  ? t`${job.attempts} de ${job.max_attempts}`
                  : format.number(job.attempts),
              ],
              [t`Fila`, job.line && <code className="text-sm break-all">{job.line}</code>],
              [t`Criada em`, format.dateTime(job.created_at)],
              [
                job.status === 'running' ? t`Prazo` : t`Próxima vez`,
                ['waiting', 'behind', 'running'].includes(job.status) &&
                  format.dateTime(job.due_at),
              ],
              [t`Começou em`, job.started_at && format.dateTime(job.started_at)],
              [t`Terminou em`, job.finished_at && format.dateTime(job.finished_at)],
              [t`Quem faz`, job.holder && <code className="text-sm break-all">{job.holder}</code>],
              [t`Último erro`, job.error && <span className="text-bad">{job.error}</span>],
            ]}
          />
        </Card>
        <Card title={<Trans>De que se trata</Trans>}>
          <Json of={job.payload} label={t`De que se trata`} />
          {job.result && <Json of={job.result} label={t`Resultado`} />}
        </Card>
      </div>
    </Page>
  )
}

export function JobActions({ job }: { job: Pick<Job, 'id' | 'status' | 'periodic'> }) {
  const { t } = useLingui()
  const retry = useAct(
    () => ok(api.POST('/api/v1/admin/jobs/{id}/retry', { params: { path: { id: job.id } } })),
    { refresh: [['jobs']], done: () => toast(t`Vai de novo agora.`) },
  )
  const cancel = useAct(
    () => ok(api.POST('/api/v1/admin/jobs/{id}/cancel', { params: { path: { id: job.id } } })),
    { refresh: [['jobs']], done: () => toast(t`Tarefa cancelada.`) },
  )
  const waits = job.status === 'waiting' || job.status === 'behind'
  const again = job.status === 'waiting' || job.status === 'dead' || job.status === 'canceled'
  return (
    <>
      {again && (
        <Button size="small" look="secondary" busy={retry.isPending} onClick={() => retry.mutate()}>
          {waits ? <Trans>Fazer agora</Trans> : <Trans>Tentar de novo</Trans>}
        </Button>
      )}
      {waits && !job.periodic && (
        <Button size="small" look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          <Trans>Cancelar</Trans>
        </Button>
      )}
      <ActError error={retry.error ?? cancel.error} />
    </>
  )
}
