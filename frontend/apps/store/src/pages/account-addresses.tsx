import { api, ok, type Schemas } from '@commerce/api'
import { Alert, Badge, Button, Choice, Dialog, EmptyState, ErrorState, problemText, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { myAddresses } from '../data'
import { AddressFields } from '../parts/address'
import { fieldError, take } from '../parts/form'
import { AddressLines } from '../parts/order'

type Saved = Schemas['SavedAddress']

export function AddressesPage() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(myAddresses)
  const [edited, setEdited] = useState<Saved | 'new' | null>(null)
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-3xl font-bold">
          <Trans>Endereços</Trans>
        </h1>
        <Button icon="plus" look="secondary" onClick={() => setEdited('new')}>
          <Trans>Novo endereço</Trans>
        </Button>
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-32 rounded-card" />
      ) : data.length === 0 ? (
        <EmptyState icon="home" title={<Trans>Nenhum endereço guardado</Trans>}>
          <Trans>Um endereço guardado poupa digitar na hora da compra.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2">
          {data.map((address) => (
            <li key={address.id}>
              <AddressCard address={address} edit={() => setEdited(address)} />
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' ? t`Novo endereço` : t`Mudar o endereço`}
      >
        {edited && (
          <AddressForm address={edited === 'new' ? null : edited} done={() => setEdited(null)} />
        )}
      </Dialog>
    </>
  )
}

function AddressCard({ address, edit }: { address: Saved; edit: () => void }) {
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () =>
      ok(api.DELETE('/api/v1/me/addresses/{id}', { params: { path: { id: address.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: myAddresses.queryKey }),
  })
  return (
    <article className="card grid gap-3 p-5">
      {address.is_default && (
        <p>
          <Badge tone="brand">
            <Trans>Principal</Trans>
          </Badge>
        </p>
      )}
      <AddressLines address={{ ...address, phone: undefined, name: address.recipient, state: address.region }} />
      {remove.error && <Alert tone="bad">{problemText(remove.error)}</Alert>}
      <div className="flex gap-2">
        <Button look="quiet" size="small" icon="edit" onClick={edit}>
          <Trans>Mudar</Trans>
        </Button>
        <Button
          look="quiet"
          size="small"
          icon="trash"
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          <Trans>Apagar</Trans>
        </Button>
      </div>
    </article>
  )
}

function AddressForm({ address, done }: { address: Saved | null; done: () => void }) {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: ({ is_default, ...texts }: Record<string, string>) => {
      const body = { ...texts, is_default: is_default === 'on' } as Schemas['NewSavedAddress']
      return address
        ? ok(
            api.PATCH('/api/v1/me/addresses/{id}', {
              params: { path: { id: address.id } },
              headers: { 'If-Match': `"${address.version}"` },
              body,
            }),
          )
        : ok(api.POST('/api/v1/me/addresses', { body }))
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: myAddresses.queryKey })
      done()
    },
  })
  return (
    <form className="grid gap-4" onSubmit={(event) => save.mutate(take(event))}>
      {save.error && <Alert tone="bad">{problemText(save.error)}</Alert>}
      <AddressFields
        values={address ?? undefined}
        error={(name) => fieldError(save.error, name)}
      />
      <Choice type="checkbox" name="is_default" defaultChecked={address?.is_default}>
        <Trans>Este é o principal</Trans>
      </Choice>
      <Button type="submit" busy={save.isPending}>
        <Trans>Guardar</Trans>
      </Button>
    </form>
  )
}
