import { Button, EmptyState, ErrorState, Skeleton } from '@commerce/ui'
import { useFormat } from '@commerce/i18n'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Page } from '../../frame/page'
import { webhooks as webhooksQuery, type WebhookMade } from './data'
import { WebhookBadge } from './status'
import { SecretDialog, WebhookSheet } from './webhook'

export function WebhooksPage() {
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(webhooksQuery)
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<WebhookMade | null>(null)
  return (
    <Page
      title={t`Webhooks`}
      note={t`Endereços a que a loja conta o que acontece, assinado (Standard Webhooks).`}
      actions={
        <Button size="small" icon="plus" onClick={() => setMaking(true)}>
          <Trans>Novo webhook</Trans>
        </Button>
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-40" />
      ) : data.length === 0 ? (
        <EmptyState title={<Trans>Nenhum webhook</Trans>}>
          <Trans>Com um, outro sistema sabe de cada pedido na hora.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
          {data.map((hook) => (
            <li key={hook.id} className="card grid content-start gap-2 p-5">
              <div className="flex flex-wrap items-start justify-between gap-2">
                <h2 className="min-w-0 font-semibold wrap-anywhere">
                  <Link to="/webhooks/$id" params={{ id: hook.id }} className="link">
                    {hook.description || hook.url}
                  </Link>
                </h2>
                <WebhookBadge webhook={hook} />
              </div>
              {hook.description && <p className="text-sm wrap-anywhere text-muted">{hook.url}</p>}
              <p className="text-sm">
                <code>{hook.events.join(', ')}</code>
              </p>
              <p className="text-sm text-muted">
                {hook.last_success_at ? (
                  <Trans>Último sucesso em {format.dateTime(hook.last_success_at)}</Trans>
                ) : (
                  <Trans>Ainda sem entrega bem-sucedida</Trans>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      {making && <WebhookSheet webhook={null} close={() => setMaking(false)} made={setMade} />}
      {made && (
        <SecretDialog
          secret={made.secret}
          close={() => {
            setMade(null)
            void navigate({ to: '/webhooks/$id', params: { id: made.id } })
          }}
        />
      )}
    </Page>
  )
}
