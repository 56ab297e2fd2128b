import { api, isProblem, ok, session } from '@commerce/api'
import {
  Alert,
  Button,
  Dialog,
  ErrorState,
  Field,
  Loading,
  problemText,
  saveFile,
  toast,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { me, myAddresses, mySessions } from '../data'
import { fieldError, take } from '../parts/form'

export function DataPage() {
  const { data, error, refetch } = useQuery(me)
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!data) return <Loading />
  return (
    <div className="grid gap-8">
      <h1 className="text-3xl font-bold">
        <Trans>Meus dados</Trans>
      </h1>
      <Mine key={data.version} user={data} />
      <Copy />
      <Leave />
    </div>
  )
}

function Mine({ user }: { user: { name: string; email: string; phone?: string | null; version: number } }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: ({ name = '', phone = '' }: Record<string, string>) =>
      ok(
        api.PATCH('/api/v1/me', {
          headers: { 'If-Match': `"${user.version}"` },
          body: { name, phone: phone || null },
        }),
      ),
    onSuccess: (next) => {
      queries.setQueryData(me.queryKey, next)
      const known = session.currentUser()
      if (known) session.changed({ ...known, name: next.name, version: next.version })
      toast(<Trans>Guardado.</Trans>)
    },
  })
  return (
    <section className="card p-5" aria-labelledby="dados">
      <h2 id="dados" className="mb-4 text-lg font-semibold">
        <Trans>Contato</Trans>
      </h2>
      <form className="grid max-w-md gap-4" onSubmit={(event) => save.mutate(take(event))}>
        {save.error && <Alert tone="bad">{problemText(save.error)}</Alert>}
        <Field
          label={t`Nome`}
          name="name"
          autoComplete="name"
          required
          maxLength={120}
          defaultValue={user.name}
          error={fieldError(save.error, 'name')}
        />
        <Field label={t`E-mail`} name="email" value={user.email} disabled readOnly />
        <Field
          label={t`Telefone`}
          optional={t`para a entrega`}
          name="phone"
          type="tel"
          autoComplete="tel"
          minLength={5}
          maxLength={32}
          pattern="[0-9 +\(\).\-]+"
          defaultValue={user.phone ?? ''}
          error={fieldError(save.error, 'phone')}
        />
        <Button type="submit" className="justify-self-start" busy={save.isPending}>
          <Trans>Guardar</Trans>
        </Button>
      </form>
    </section>
  )
}

/** Everything the shop knows of a person, as one file (LGPD, article 18). */
function Copy() {
  const queries = useQueryClient()
  const copy = useMutation({
    mutationFn: async () => {
      const orders: unknown[] = []
      let cursor: string | undefined
      do {
        const page = await ok(
          api.GET('/api/v1/me/orders', { params: { query: { limit: 100, cursor } } }),
        )
        orders.push(...page.data)
        cursor = page.page.next ?? undefined
      } while (cursor)
      const [user, addresses, sessions] = await Promise.all([
        queries.fetchQuery(me),
        queries.fetchQuery(myAddresses),
        queries.fetchQuery(mySessions),
      ])
      const all = JSON.stringify({ user, addresses, sessions, orders }, null, 2)
      saveFile(new Blob([all], { type: 'application/json' }), 'meus-dados.json')
    },
  })
  return (
    <section className="card p-5" aria-labelledby="copia">
      <h2 id="copia" className="mb-2 text-lg font-semibold">
        <Trans>Uma cópia dos seus dados</Trans>
      </h2>
      <p className="mb-4 text-muted">
        <Trans>Um arquivo com o seu cadastro, endereços, sessões e pedidos.</Trans>
      </p>
      {copy.error && <Alert tone="bad">{problemText(copy.error)}</Alert>}
      <Button look="secondary" icon="download" busy={copy.isPending} onClick={() => copy.mutate()}>
        <Trans>Baixar</Trans>
      </Button>
    </section>
  )
}

function Leave() {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const leave = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/me')),
    onSuccess: () => {
      session.changed(null)
      // A new document: nothing of what this one knew is left.
      location.assign('/')
    },
  })
  return (
    <section className="card border-bad/40 p-5" aria-labelledby="apagar">
      <h2 id="apagar" className="mb-2 text-lg font-semibold">
        <Trans>Apagar a conta</Trans>
      </h2>
      <p className="mb-4 text-muted">
        <Trans>Os seus dados são esquecidos. Os pedidos ficam sem o seu nome, como a lei manda.</Trans>
      </p>
      <Button look="danger" onClick={() => setOpen(true)}>
        <Trans>Apagar a conta</Trans>
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Apagar a conta?`}>
        <p>
          <Trans>Isto não tem volta.</Trans>
        </p>
        {leave.error && (
          <Alert tone="bad">
            {isProblem(leave.error, 'has_open_orders') ? (
              <Trans>Há pedidos em aberto. Espere a entrega, ou cancele-os antes.</Trans>
            ) : (
              problemText(leave.error)
            )}
          </Alert>
        )}
        <div className="flex flex-wrap justify-end gap-3">
          <Button look="secondary" onClick={() => setOpen(false)}>
            <Trans>Não, ficar</Trans>
          </Button>
          <Button look="danger" busy={leave.isPending} onClick={() => leave.mutate()}>
            <Trans>Sim, apagar</Trans>
          </Button>
        </div>
      </Dialog>
    </section>
  )
}
