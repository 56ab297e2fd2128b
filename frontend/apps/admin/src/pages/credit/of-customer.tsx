// The store credit of a customer, on the customer's page.

import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Button,
  Dialog,
  ErrorState,
  Skeleton,
  TextAreaField,
  toast,
  useScopes,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct, useKeyOf } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { Card } from '../../parts/card'
import { Account } from './account'
import { storeCredit } from './data'
import { AmountFields, readAmount } from './parts'

export function StoreCredit({ customer }: { customer: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const query = useQuery(storeCredit(customer))
  const [granting, setGranting] = useState(false)
  const [open, setOpen] = useState<string>()
  const accounts = query.data
  const account = accounts?.find(({ id }) => id === open)
  return (
    <Card
      title={<Trans>Crédito na loja</Trans>}
      action={
        scopes.has('orders:write') && (
          <Button size="small" look="secondary" icon="gift" onClick={() => setGranting(true)}>
            <Trans>Dar crédito</Trans>
          </Button>
        )
      }
    >
      {query.error && !accounts ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : !accounts ? (
        <Skeleton className="h-12" />
      ) : accounts.length === 0 ? (
        <p className="text-muted">
          <Trans>Nenhum crédito ainda.</Trans>
        </p>
      ) : (
        <ul className="grid gap-2">
          {accounts.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center justify-between gap-3">
              <span className="money text-lg font-semibold">{format.money(one.balance)}</span>
              <Button size="small" look="quiet" onClick={() => setOpen(one.id)}>
                <Trans>Ver o razão ({one.balance.currency})</Trans>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={account !== undefined}
        onClose={() => setOpen(undefined)}
        title={t`Crédito na loja`}
      >
        {account && <Account of={account} />}
      </Dialog>
      {granting && <GrantSheet customer={customer} close={() => setGranting(false)} />}
    </Card>
  )
}

function GrantSheet({ customer, close }: { customer: string; close: () => void }) {
  const { t } = useLingui()
  const format = useFormat()
  const keyOf = useKeyOf()
  const grant = useAct(
    (body: Schemas['NewStoreCredit']) =>
      ok(
        api.POST('/api/v1/customers/{id}/store-credit', {
          params: { path: { id: customer }, header: { 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    {
      refresh: [['credit']],
      done: ({ balance }) => {
        close()
        toast(t`O crédito agora é ${format.money(balance)}.`)
      },
    },
  )
  const { onSubmit, error } = useForm<Schemas['NewStoreCredit']>(
    (read) => {
      const reason = read.text('reason')
      return { amount: readAmount(read), ...(reason && { reason }) }
    },
    grant.mutate,
    grant.error,
  )
  return (
    <Sheet
      title={t`Dar crédito`}
      onClose={close}
      onSubmit={onSubmit}
      busy={grant.isPending}
      error={grant.error}
      does={<Trans>Dar crédito</Trans>}
    >
      <AmountFields error={error} />
      <TextAreaField
        label={t`Motivo`}
        optional={t`opcional`}
        name="reason"
        rows={2}
        maxLength={500}
        error={error('reason')}
      />
    </Sheet>
  )
}
