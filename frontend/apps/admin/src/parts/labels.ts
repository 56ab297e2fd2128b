// Words and colours for what the API has codes for.

import type { Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import type { Status } from '../data/catalog'
import type { Kind } from '../data/stock'

export const statusText = (status: Status) =>
  ({ active: t`À venda`, draft: t`Rascunho`, archived: t`Arquivado` })[status]

export const statusTone: Record<Status, Tone> = {
  active: 'good',
  draft: 'warn',
  archived: 'neutral',
}

type Availability = 'in_stock' | 'low_stock' | 'out_of_stock'

export const availabilityText = (availability: Availability) =>
  ({ in_stock: t`Em estoque`, low_stock: t`Acabando`, out_of_stock: t`Esgotado` })[availability]

export const availabilityTone: Record<Availability, Tone> = {
  in_stock: 'good',
  low_stock: 'warn',
  out_of_stock: 'bad',
}

/** Why something moved; what the shop wrote itself, in the reader's language. */
export const reasonText = (reason: string | null) =>
  reason === 'initial stock' ? t`Estoque inicial` : reason

export const kindText = (kind: Kind) =>
  ({
    receipt: t`Entrada`,
    issue: t`Saída`,
    adjust: t`Ajuste`,
    count: t`Contagem`,
    transfer: t`Transferência`,
    return: t`Devolução`,
    damage: t`Avaria`,
    loss: t`Perda`,
    shipment: t`Expedição`,
  })[kind]
