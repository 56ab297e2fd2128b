// The stock of the products in sight: read for blocks of rows, so that scrolling
// asks for each block once and only what is seen is followed.

import { useFormat } from '@commerce/i18n'
import { Dialog } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProductItem } from '../../data/catalog'
import { levelKey, levelsOf, locations, type Level } from '../../data/stock'
import { QuickStock } from '../../parts/quick-stock'
import { useSettled } from '../../parts/use-settled'

const BLOCK = 20

export function useVisibleStock(
  rows: readonly ProductItem[],
  [first, last]: readonly [number, number],
  enabled: boolean,
): ReadonlyMap<number, Level[]> {
  const from = useSettled(Math.floor(first / BLOCK), 120)
  const to = useSettled(Math.floor(last / BLOCK), 120)
  const blocks = []
  for (let block = from; enabled && block <= to; block++) {
    const ids = rows.slice(block * BLOCK, (block + 1) * BLOCK).map(({ id }) => id)
    if (ids.length > 0) blocks.push(ids)
  }
  return useQueries({
    queries: blocks.map((ids) => levelsOf(ids)),
    combine: (results) => {
      const found = new Map<number, Level[]>()
      for (const { data } of results) {
        for (const level of data ?? []) {
          const list = found.get(level.product_id)
          if (list) list.push(level)
          else found.set(level.product_id, [level])
        }
      }
      return found
    },
  })
}

/** One level has its plus and minus in the row; several open a dialog. */
export function ProductStock({ product, levels }: { product: ProductItem; levels: Level[] | undefined }) {
  const { t } = useLingui()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  if (!levels) return <span className="text-muted">—</span>
  const [only] = levels
  if (only && levels.length === 1) return <QuickStock level={only} />
  const sum = levels.reduce((total, { on_hand }) => total + on_hand, 0)
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="inline-flex min-h-8 items-center gap-2 rounded-full border border-edge px-3 hover:bg-sunken"
      >
        <span className="sr-only">
          <Trans>Estoque de {product.name}:</Trans>
        </span>
        <span className={`font-semibold ${sum === 0 ? 'text-bad' : ''}`}>{format.number(sum)}</span>
        <span className="text-muted">{plural(levels.length, { one: '# nível', other: '# níveis' })}</span>
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Estoque de ${product.name}`}>
        <LevelList levels={levels} />
      </Dialog>
    </>
  )
}

function LevelList({ levels }: { levels: readonly Level[] }) {
  const { data: places } = useQuery(locations)
  return (
    <table className="w-full text-left text-sm">
      <thead>
        <tr className="text-muted">
          <th scope="col" className="pb-2 font-medium">
            <Trans>Variante</Trans>
          </th>
          <th scope="col" className="pb-2 font-medium">
            <Trans>Local</Trans>
          </th>
          <th scope="col" className="pb-2 text-right font-medium">
            <Trans>Em estoque</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {levels.map((level) => (
          <tr key={levelKey(level)} className="border-t border-line">
            <td className="py-1.5 pr-3">
              {level.variant_name || level.product_name}
              <span className="block text-xs text-muted">{level.sku}</span>
            </td>
            <td className="py-1.5 pr-3">
              {places?.find(({ id }) => id === level.location_id)?.name ?? level.location_id}
            </td>
            <td className="py-1.5 text-right">
              <QuickStock level={level} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
