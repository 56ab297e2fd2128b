// What did not come is asked for once more.

import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from './button'

interface AgainProps {
  /** Settles when it is known what became of it. */
  ask: () => unknown
  size?: 'small'
  className?: string
}

/** Keeps the focus while it asks: whoever pressed it may have to once more. */
export function Again({ ask, size, className }: AgainProps) {
  const [asking, setAsking] = useState(false)

  async function press() {
    setAsking(true)
    try {
      await ask()
    } finally {
      setAsking(false)
    }
  }

  return (
    <Button
      look="secondary"
      {...(size && { size })}
      {...(className && { className })}
      aria-busy={asking || undefined}
      aria-disabled={asking || undefined}
      onClick={() => void (asking || press())}
    >
      <Trans>Tentar de novo</Trans>
    </Button>
  )
}
