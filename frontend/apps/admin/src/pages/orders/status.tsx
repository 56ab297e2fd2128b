import { Badge, type Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import type { Order, OrderStatus, Payment, Refund, Return } from './data'

const tones: Record<OrderStatus, Tone> = {
  pending: 'warn',
  stock_shortfall: 'bad',
  paid: 'good',
  shipped: 'brand',
  delivered: 'good',
  canceled: 'neutral',
  partially_refunded: 'neutral',
  refunded: 'neutral',
}

export function statusName(status: OrderStatus): string {
  switch (status) {
    case 'pending':
      return t`Pendente`
    case 'stock_shortfall':
      return t`Faltou estoque`
    case 'paid':
      return t`Pago`
    case 'shipped':
      return t`Enviado`
    case 'delivered':
      return t`Entregue`
    case 'canceled':
      return t`Cancelado`
    case 'partially_refunded':
      return t`Reembolsado em parte`
    case 'refunded':
      return t`Reembolsado`
    default:
      // One that the shop learned after this page was loaded.
      return status
  }
}

export function OrderBadge({ order }: { order: Pick<Order, 'status'> }) {
  return <Badge tone={tones[order.status] ?? 'neutral'}>{statusName(order.status)}</Badge>
}

const paymentTones: Record<Payment['status'], Tone> = {
  created: 'neutral',
  requires_action: 'warn',
  processing: 'warn',
  failed: 'bad',
  authorized: 'brand',
  canceled: 'neutral',
  captured: 'good',
}

export function paymentStatusName(status: Payment['status']): string {
  switch (status) {
    case 'created':
      return t`Criado`
    case 'requires_action':
      return t`Espera o comprador`
    case 'processing':
      return t`Em processamento`
    case 'failed':
      return t`Recusado`
    case 'authorized':
      return t`Autorizado`
    case 'canceled':
      return t`Cancelado`
    case 'captured':
      return t`Capturado`
    default:
      return status
  }
}

export function PaymentBadge({ payment }: { payment: Payment }) {
  return (
    <Badge tone={paymentTones[payment.status] ?? 'neutral'}>
      {paymentStatusName(payment.status)}
    </Badge>
  )
}

const refundTones: Record<Refund['status'], Tone> = {
  pending: 'warn',
  succeeded: 'good',
  failed: 'bad',
}

export function RefundBadge({ refund }: { refund: Refund }) {
  const names: Record<Refund['status'], string> = {
    pending: t`Em andamento`,
    succeeded: t`Devolvido`,
    failed: t`Não deu certo`,
  }
  return <Badge tone={refundTones[refund.status]}>{names[refund.status]}</Badge>
}

const providers: Record<string, string> = { stripe: 'Stripe', paypal: 'PayPal' }

export function providerName(provider: string): string {
  switch (provider) {
    case 'test':
      return t`Provedor de teste`
    case 'credit':
      return t`Vale-presente ou crédito`
    default:
      return providers[provider] ?? provider
  }
}

const returnTones: Record<Return['status'], Tone> = {
  requested: 'warn',
  approved: 'brand',
  rejected: 'neutral',
  canceled: 'neutral',
  received: 'good',
}

export function returnName(status: Return['status']): string {
  const names: Record<Return['status'], string> = {
    requested: t`Pedida`,
    approved: t`Aprovada`,
    rejected: t`Recusada`,
    canceled: t`Cancelada`,
    received: t`Recebida`,
  }
  return names[status]
}

export function ReturnBadge({ status }: Pick<Return, 'status'>) {
  return <Badge tone={returnTones[status]}>{returnName(status)}</Badge>
}
