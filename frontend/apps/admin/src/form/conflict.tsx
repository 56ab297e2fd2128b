// Two people changed the same thing. Nothing was saved; the person decides.

import { isProblem } from '@commerce/api'
import { Alert, Button } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { formProblem } from './problems'

interface SaveProblemProps {
  error: unknown
  /** Pointers of the fields that show their own errors. */
  fields?: readonly string[]
  /** Reads it again; what was typed here is lost. */
  onReload: () => void
  /** Saves what was typed here over the other's. */
  onOverwrite?: () => void
}

export function SaveProblem({ error, fields, onReload, onOverwrite }: SaveProblemProps) {
  if (!error) return null
  if (!isProblem(error, 'version_mismatch')) {
    return <Alert tone="bad">{formProblem(error, fields)}</Alert>
  }
  return (
    <Alert tone="warn">
      <p className="font-semibold">
        <Trans>Outra pessoa mudou isto enquanto você editava.</Trans>
      </p>
      <p className="mt-0.5">
        <Trans>Nada foi guardado ainda. Veja como está agora, ou guarde por cima.</Trans>
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" look="secondary" onClick={onReload}>
          <Trans>Recarregar e perder o que digitei</Trans>
        </Button>
        {onOverwrite && (
          <Button size="small" look="danger" onClick={onOverwrite}>
            <Trans>Guardar o meu por cima</Trans>
          </Button>
        )}
      </div>
    </Alert>
  )
}
