// What a form is filled from did not come: said within it, and asked for again.

import { Alert, Button, problemText } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'

interface UnreadProps {
  of: { error: unknown; refetch: () => Promise<unknown> }
  className?: string
}

export function Unread({ of: { error, refetch }, className = '' }: UnreadProps) {
  if (!error) return null
  return (
    <div className={className}>
      <Alert tone="bad">
        <p>{problemText(error)}</p>
        <Button size="small" look="secondary" className="mt-2" onClick={() => void refetch()}>
          <Trans>Tentar de novo</Trans>
        </Button>
      </Alert>
    </div>
  )
}
