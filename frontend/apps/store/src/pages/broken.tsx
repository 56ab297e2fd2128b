// A screen that could not be shown: its file did not come, because the network is
// away or the shop has been renewed since this page was loaded.

import { Button, EmptyState, useOnline, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'

export function Broken() {
  const { t } = useLingui()
  const online = useOnline()
  useTitle(t`Esta página não abriu`)
  return (
    <div role="alert">
      <EmptyState
        page
        icon={online ? 'alert' : 'offline'}
        title={<Trans>Esta página não abriu</Trans>}
        action={
          <Button onClick={() => location.reload()}>
            <Trans>Carregar de novo</Trans>
          </Button>
        }
      >
        {online ? (
          <Trans>A loja pode ter mudado desde que você a abriu. A sua sacola está guardada.</Trans>
        ) : (
          <Trans>Verifique a sua internet e tente de novo.</Trans>
        )}
      </EmptyState>
    </div>
  )
}
