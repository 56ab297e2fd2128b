// The ledger of one variant at one location: every change of what is on hand,
// with who, when and why, and what was left after it.

import { useFormat } from '@commerce/i18n'
import { Dialog } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { level as levelQuery, movements, variantText, type Movement } from '../../data/stock'
import { kindText, reasonText } from '../../parts/labels'
import { Booked } from '../../parts/paged'
import { Person } from '../../parts/person'

interface LedgerProps {
  /** "variant-location". */
  of: string | undefined
  place: (id: number) => string
  onClose: () => void
}

export function Ledger({ of, place, onClose }: LedgerProps) {
  const { t } = useLingui()
  const [variant, location] = (of ?? '').split('-').map(Number)
  return (
    <Dialog side open={of !== undefined} onClose={onClose} title={t`Razão do estoque`}>
      {variant && location && <Entries variant={variant} location={location} place={place} />}
    </Dialog>
  )
}

interface EntriesProps {
  variant: number
  location: number
  place: (id: number) => string
}

function Entries({ variant, location, place }: EntriesProps) {
  const format = useFormat()
  const { data: level } = useQuery(levelQuery(variant, location))
  const query = useInfiniteQuery(movements({ variant, local: location }))
  return (
    <div className="grid gap-4">
      {level && (
        <div>
          <p className="font-semibold">{variantText(level)}</p>
          <p className="text-sm text-muted">
            {level.sku} · {place(location)}
          </p>
          <dl className="mt-3 grid grid-cols-3 gap-2 rounded-lg bg-sunken p-3 text-center">
            <Figure name={<Trans>Em estoque</Trans>} value={format.number(level.on_hand)} />
            <Figure name={<Trans>Reservado</Trans>} value={format.number(level.reserved)} />
            <Figure name={<Trans>Livre</Trans>} value={format.number(level.available)} />
          </dl>
        </div>
      )}
      <Booked query={query} wait="h-64">
        {(row) => <Entry key={row.id} row={row} />}
      </Booked>
    </div>
  )
}

function Figure({ name, value }: { name: React.ReactNode; value: string }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-lg font-bold">{value}</dd>
    </div>
  )
}

export function signed(delta: number, number: (value: number) => string) {
  return delta > 0 ? `+${number(delta)}` : delta < 0 ? `\u2212${number(-delta)}` : '0'
}

function Entry({ row }: { row: Movement }) {
  const format = useFormat()
  return (
    <li className="grid grid-cols-[3.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 border-t border-line py-2.5 text-sm first:border-0">
      <span className={`text-right font-bold ${row.delta < 0 ? 'text-bad' : row.delta > 0 ? 'text-good' : 'text-muted'}`}>
        {signed(row.delta, format.number)}
      </span>
      <span className="font-semibold">{kindText(row.kind)}</span>
      <span className="text-muted">
        <Trans>
          ficou <b className="text-ink">{format.number(row.balance)}</b>
        </Trans>
      </span>
      <span className="col-start-2 col-end-4 text-muted">
        {[reasonText(row.reason), row.reference].filter(Boolean).join(' · ')}
      </span>
      <span className="col-start-2 col-end-4 text-muted">
        {format.dateTime(row.created_at)} · <Person id={row.actor_id} />
      </span>
    </li>
  )
}
