import { Trans } from '@lingui/react/macro'
import { usePersonName } from '../data/people'

/** Whoever did something, or the shop itself. */
export function Person({ id }: { id: string | null }) {
  const name = usePersonName(id)
  if (id === null) {
    return (
      <span className="text-muted">
        <Trans>a loja</Trans>
      </span>
    )
  }
  return <span title={id}>{name ?? id.slice(-8)}</span>
}
