import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Alert,
  Button,
  Choice,
  Dialog,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  toast,
  useScopes,
  useUser,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, ifMatch, useAct } from '../../form/act'
import { useEdit } from '../../form/edit'
import { Card, Facts } from '../../parts/card'
import { Page } from '../../frame/page'
import { Remove } from '../../form/remove'
import { Sheet } from '../../form/sheet'
import { readPerson } from './customer'
import { roles as rolesQuery, user as userQuery, type User } from './data'
import { ActiveBadge, PersonFields, roleName, Roles } from './parts'

const route = getRouteApi('/shell/usuarios/$id')

export function UserPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const me = useUser()
  const scopes = useScopes()
  const [editing, setEditing] = useState(false)
  const query = useQuery(userQuery(id))
  const one = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há este usuário</Trans>} />
  }
  if (query.error && !one) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!one) return <Loading />
  const myself = me?.id === one.id
  return (
    <Page
      title={one.name}
      crumbs={[{ to: '/usuarios', label: t`Usuários` }]}
      mark={<ActiveBadge active={one.active} />}
      actions={
        scopes.has('users:write') && (
          <>
            <Button size="small" look="secondary" icon="edit" onClick={() => setEditing(true)}>
              <Trans>Mudar</Trans>
            </Button>
            {!myself && <Admission user={one} />}
            {!myself && (
              <Remove
                title={t`Esquecer ${one.name}?`}
                does={<Trans>Esquecer</Trans>}
                work={() =>
                  ok(
                    api.DELETE('/api/v1/users/{id}', {
                      params: { path: { id: one.id } },
                      headers: ifMatch(one),
                    }),
                  )
                }
                refresh={[['users'], ['customers']]}
                done={() => void navigate({ to: '/usuarios' })}
              >
                <Trans>
                  Nome, e-mail, endereços e sessões são apagados; pedidos guardam só um número. Isto
                  não tem volta.
                </Trans>
              </Remove>
            )}
          </>
        )
      }
    >
      <div className="max-w-2xl">
        <Card title={<Trans>Dados</Trans>}>
          <Facts
            of={[
              [t`E-mail`, one.email],
              [t`Confirmado`, one.email_confirmed ? t`Sim` : t`Não`],
              [t`Papéis`, <Roles of={one.roles} />],
              [t`Telefone`, one.phone],
              [t`CPF ou CNPJ`, one.tax_id],
              [t`Número da loja`, one.reference],
              [t`Desde`, format.date(one.created_at)],
              [t`Última entrada`, one.last_login_at && format.dateTime(one.last_login_at)],
            ]}
          />
        </Card>
      </div>
      {editing && <UserSheet user={one} close={() => setEditing(false)} />}
    </Page>
  )
}

/** Keeps a user out, or lets them in again. */
function Admission({ user }: { user: User }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const change = useAct(
    () =>
      ok(
        user.active
          ? api.POST('/api/v1/users/{id}/deactivate', { params: { path: { id: user.id } } })
          : api.POST('/api/v1/users/{id}/activate', { params: { path: { id: user.id } } }),
      ),
    {
      refresh: [['users'], ['customers']],
      done: (now) => {
        setOpen(false)
        toast(now.active ? t`Pode entrar de novo.` : t`Está fora.`)
      },
    },
  )
  if (!user.active) {
    return (
      <>
        <Button
          size="small"
          look="secondary"
          icon="check"
          busy={change.isPending}
          onClick={() => change.mutate()}
        >
          <Trans>Ativar</Trans>
        </Button>
        <ActError error={change.error} />
      </>
    )
  }
  return (
    <>
      <Button size="small" look="danger" icon="lock" onClick={() => setOpen(true)}>
        <Trans>Desativar</Trans>
      </Button>
      {open && (
        <Dialog open onClose={() => setOpen(false)} title={t`Desativar ${user.name}?`}>
          <p>
            <Trans>
              Todas as sessões terminam agora, e a pessoa não entra mais até ser ativada.
            </Trans>
          </p>
          <ActError error={change.error} />
          <div className="flex flex-wrap justify-end gap-3">
            <Button look="secondary" onClick={() => setOpen(false)}>
              <Trans>Voltar</Trans>
            </Button>
            <Button look="danger" busy={change.isPending} onClick={() => change.mutate()}>
              <Trans>Desativar</Trans>
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

interface UserSheetProps {
  user: User | null
  close: () => void
  made?: (user: User) => void
}

export function UserSheet({ user: latest, close, made }: UserSheetProps) {
  const { t } = useLingui()
  const roles = useQuery(rolesQuery)
  const { before, error, form } = useEdit({
    of: latest && { ...latest, roles: [...latest.roles].sort() },
    parse: (read, one) => {
      const chosen = read.all('roles').sort()
      if (chosen.length === 0) read.refuse('roles', t`Escolha ao menos um papel.`)
      const password = one ? '' : read.words('password')
      return { ...readPerson(read), roles: chosen, ...(password ? { password } : {}) }
    },
    make: (body, header) => ok(api.POST('/api/v1/users', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['users'], ['customers']],
    done: (saved) => {
      close()
      toast(t`Usuário guardado.`)
      made?.(saved)
    },
    same: close,
  })
  const others = (before?.roles ?? []).filter(
    (role) => !roles.data?.some(({ name }) => name === role),
  )
  return (
    <Sheet
      title={before ? t`Mudar o usuário` : t`Novo usuário`}
      onClose={close}
      {...form}
      does={<Trans>Guardar</Trans>}
    >
      <PersonFields person={before} error={error} />
      {!before && (
        <Field
          label={t`Senha`}
          optional={t`opcional`}
          hint={t`Sem ela, a pessoa recebe um e-mail para escolher a sua.`}
          type="password"
          name="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={128}
          error={error('password')}
        />
      )}
      <fieldset className="grid">
        <legend className="text-sm font-semibold">
          <Trans>Papéis</Trans>
        </legend>
        {[...(roles.data ?? []).map(({ name }) => name), ...others].map((role) => (
          <Choice
            key={role}
            type="checkbox"
            name="roles"
            value={role}
            defaultChecked={before ? before.roles.includes(role) : role === 'staff'}
          >
            {roleName(role)}
          </Choice>
        ))}
      </fieldset>
      {error('roles') && <Alert tone="bad">{error('roles')}</Alert>}
      {before && (
        <p className="text-sm text-muted">
          <Trans>Outros papéis terminam as sessões da pessoa: ela entra de novo.</Trans>
        </p>
      )}
    </Sheet>
  )
}
