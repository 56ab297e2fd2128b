import { compact, day, oneOf, text, type Raw } from '../../search'

export const GROUPS = ['product', 'category', 'customer', 'region'] as const
export const PERIODS = ['day', 'week', 'month', 'total'] as const

export interface ReportsSearch {
  de?: string | undefined
  ate?: string | undefined
  /** The length of a period, when not a day. */
  por?: (typeof PERIODS)[number] | undefined
  grupo?: (typeof GROUPS)[number] | undefined
  moeda?: string | undefined
  sort?: string | undefined
  cols?: string | undefined
}

export function validateReports(raw: Raw): ReportsSearch {
  const cols = text(raw['cols'], 400)
  return compact({
    de: day(raw['de']),
    ate: day(raw['ate']),
    por: oneOf(PERIODS, raw['por']),
    grupo: oneOf(GROUPS, raw['grupo']),
    moeda: text(raw['moeda'], 3),
    cols: cols && /^[\w,-]+$/.test(cols) ? cols : undefined,
  })
}
