import { Badge, type Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import type { DeliveryStatus, JobStatus, Webhook } from './data'

const jobTones: Record<JobStatus, Tone> = {
  waiting: 'neutral',
  behind: 'neutral',
  running: 'brand',
  done: 'good',
  dead: 'bad',
  canceled: 'neutral',
}

export function jobStatusName(status: JobStatus): string {
  const names: Record<JobStatus, string> = {
    waiting: t`Esperando`,
    behind: t`Na fila`,
    running: t`Em andamento`,
    done: t`Feita`,
    dead: t`Desistiu`,
    canceled: t`Cancelada`,
  }
  return names[status]
}

export function JobBadge({ status }: { status: JobStatus }) {
  return <Badge tone={jobTones[status]}>{jobStatusName(status)}</Badge>
}

export const JOB_KINDS = [
  'mail',
  'webhook',
  'order_expiry',
  'payment_reconcile',
  'stock_alert',
  'stock_notice',
  'stock_supply',
  'sales',
  'job_forget',
  'request_forget',
  'webhook_forget',
  'media_forget',
  'partitions',
]

/** What a kind of job does, as far as it is known here. */
export function jobKindName(kind: string): string {
  switch (kind) {
    case 'mail':
      return t`Enviar um e-mail`
    case 'webhook':
      return t`Entregar um webhook`
    case 'order_expiry':
      return t`Cancelar pedidos que ninguém pagou`
    case 'payment_reconcile':
      return t`Conferir um pagamento`
    case 'stock_alert':
      return t`Avisar de estoque baixo`
    case 'stock_notice':
      return t`Avisar quem espera por um produto`
    case 'stock_supply':
      return t`Entregar a pedidos o que chegou`
    case 'sales':
      return t`Levar vendas aos relatórios`
    case 'media_forget':
      return t`Apagar imagens que ninguém usa`
    case 'job_forget':
      return t`Esquecer tarefas antigas`
    case 'request_forget':
      return t`Esquecer chaves de requisições`
    case 'webhook_forget':
      return t`Esquecer entregas antigas`
    case 'partitions':
      return t`Preparar as tabelas dos próximos meses`
    default:
      return kind
  }
}

const deliveryTones: Record<DeliveryStatus, Tone> = {
  pending: 'warn',
  delivered: 'good',
  failed: 'bad',
  canceled: 'neutral',
}

export function deliveryStatusName(status: DeliveryStatus): string {
  const names: Record<DeliveryStatus, string> = {
    pending: t`A caminho`,
    delivered: t`Entregue`,
    failed: t`Falhou`,
    canceled: t`Cancelada`,
  }
  return names[status]
}

export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  return <Badge tone={deliveryTones[status]}>{deliveryStatusName(status)}</Badge>
}

export function WebhookBadge({
  webhook,
}: {
  webhook: Pick<Webhook, 'status' | 'disabled_reason' | 'failures'>
}) {
  if (webhook.status === 'active') {
    return webhook.failures > 0 ? (
      <Badge tone="warn">{t`Com falhas`}</Badge>
    ) : (
      <Badge tone="good">{t`Ativo`}</Badge>
    )
  }
  const why =
    webhook.disabled_reason === 'gone'
      ? t`Respondeu 410`
      : webhook.disabled_reason === 'failing'
        ? t`Cinco dias sem sucesso`
        : t`Desativado`
  return <Badge tone={webhook.disabled_reason === 'asked' ? 'neutral' : 'bad'}>{why}</Badge>
}
