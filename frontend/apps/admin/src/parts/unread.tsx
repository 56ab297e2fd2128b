// What a form is filled from did not come: said within it, and asked for again.

import { Again, Alert, problemText } from '@commerce/ui'

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
        <Again size="small" className="mt-2" ask={refetch} />
      </Alert>
    </div>
  )
}
