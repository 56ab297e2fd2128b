// What settings are called. One that is not here is shown by its own name.

import { t } from '@lingui/core/macro'
import { lasting, type Unit } from './lasting'

export interface Words {
  name: string
  hint?: string
}

export function groups(): { title: string; keys: string[] }[] {
  return [
    {
      title: t`Vendas`,
      keys: ['currency', 'orders.expire_after', 'payments.capture', 'payments.abandon_after', 'returns.window'],
    },
    { title: t`Sacola`, keys: ['cart.reserve_minutes', 'cart.abandoned_hours', 'cart.keep_days'] },
    { title: t`Mensagens`, keys: ['mail.orders', 'mail.language', 'mail.staff'] },
    { title: t`Eventos e registros`, keys: ['events.source', 'webhooks.keep', 'outbox.keep'] },
  ]
}

export function settingWords(key: string): Words {
  const all: Record<string, Words> = {
    currency: { name: t`Moeda da loja`, hint: t`Dos preços que não dizem a sua.` },
    'orders.expire_after': {
      name: t`Pedidos sem pagamento expiram depois de`,
      hint: t`O estoque reservado volta a ser vendido. Uma forma de pagamento pode ter prazo próprio.`,
    },
    'payments.capture': { name: t`Captura de pagamentos autorizados` },
    'payments.abandon_after': {
      name: t`Pagamentos começados são abandonados depois de`,
      hint: t`Depois disto a loja deixa de perguntar ao provedor.`,
    },
    'returns.window': {
      name: t`Prazo para pedir devolução`,
      hint: t`Conta da entrega. Sem prazo, só a equipe registra devoluções.`,
    },
    'cart.reserve_minutes': {
      name: t`Minutos que a sacola reserva o estoque`,
      hint: t`0: sacolas não reservam.`,
    },
    'cart.abandoned_hours': { name: t`Horas até uma sacola contar como abandonada` },
    'cart.keep_days': { name: t`Dias que uma sacola parada é guardada` },
    'mail.orders': { name: t`O que se conta ao comprador por e-mail` },
    'mail.language': { name: t`Idioma das mensagens para a equipe` },
    'mail.staff': {
      name: t`Quem da equipe recebe avisos de estoque`,
      hint: t`Um endereço por linha.`,
    },
    'events.source': { name: t`Origem que os eventos trazem`, hint: t`O campo source de CloudEvents.` },
    'webhooks.keep': { name: t`Entregas de webhooks são guardadas por` },
    'outbox.keep': { name: t`Eventos são guardados por` },
  }
  return all[key] ?? { name: key }
}

export function optionName(value: string): string {
  const names: Record<string, string> = {
    automatic: t`Automática`,
    manual: t`Manual, pela equipe`,
    'pt-BR': t`Português`,
    en: t`Inglês`,
    'order.created': t`Pedido recebido`,
    'order.paid': t`Pagamento confirmado`,
    'order.shipped': t`Pedido enviado`,
    'order.delivered': t`Pedido entregue`,
    'order.canceled': t`Pedido cancelado`,
    'order.reduced': t`Parte do pedido cancelada`,
    'order.edited': t`Pedido alterado`,
    'order.refunded': t`Valor devolvido`,
    'order.partially_refunded': t`Parte do valor devolvida`,
  }
  return names[value] ?? value
}

export function unitNames(): Record<Unit, string> {
  return {
    second: t`segundos`,
    minute: t`minutos`,
    hour: t`horas`,
    day: t`dias`,
    month: t`meses`,
    year: t`anos`,
  }
}

/** A bound of a rule: a number, or a length of time in words. */
export function boundText(bound: string | number): string {
  if (typeof bound === 'number') return String(bound)
  const { count, unit } = lasting(bound)
  return `${count} ${unitNames()[unit]}`
}
