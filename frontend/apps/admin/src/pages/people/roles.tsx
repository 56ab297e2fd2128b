// Roles: named sets of scopes. What a scope allows is told in words.

import { api, ok } from '@commerce/api'
import { Badge, Button, Choice, ErrorState, Field, Skeleton, toast, useScopes } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct, useSeen } from '../../form/act'
import { useForm } from '../../form/read'
import { Page } from '../../frame/page'
import { Sheet } from '../../form/sheet'
import { roles as rolesQuery, type Role } from './data'
import { roleName } from './parts'

const SCOPES = [
  'shop',
  'catalog:write',
  'stock:read',
  'stock:write',
  'orders:read',
  'orders:write',
  'customers:read',
  'customers:write',
  'reports:read',
  'imports:write',
  'users:read',
  'users:write',
  'roles:write',
  'settings:write',
  'admin',
]

function scopeName(scope: string): string | null {
  switch (scope) {
    case 'shop':
      return t`Comprar, e ver o que é seu`
    case 'catalog:write':
      return t`Mudar produtos, categorias, promoções e preços`
    case 'stock:read':
      return t`Ver o estoque`
    case 'stock:write':
      return t`Movimentar o estoque`
    case 'orders:read':
      return t`Ver todos os pedidos`
    case 'orders:write':
      return t`Mudar pedidos, reembolsar`
    case 'customers:read':
      return t`Ver clientes`
    case 'customers:write':
      return t`Corrigir clientes`
    case 'reports:read':
      return t`Ver relatórios`
    case 'imports:write':
      return t`Importar arquivos`
    case 'users:read':
      return t`Ver usuários e papéis`
    case 'users:write':
      return t`Mudar usuários`
    case 'roles:write':
      return t`Mudar papéis`
    case 'settings:write':
      return t`Mudar impostos, entregas, webhooks`
    case 'admin':
      return t`Administrar as tarefas e o sistema`
    default:
      return null
  }
}

export function RolesPage() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(rolesQuery)
  const scopes = useScopes()
  const [edited, setEdited] = useState<Role | 'new' | null>(null)
  return (
    <Page
      title={t`Papéis`}
      note={t`O que cada papel permite. Quem tem vários pode o que todos permitem.`}
      actions={
        scopes.has('roles:write') && (
          <Button size="small" icon="plus" onClick={() => setEdited('new')}>
            <Trans>Novo papel</Trans>
          </Button>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-64" />
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
          {data.map((role) => (
            <li key={role.name}>
              <RoleCard
                role={role}
                edit={scopes.has('roles:write') ? () => setEdited(role) : undefined}
              />
            </li>
          ))}
        </ul>
      )}
      {edited && (
        <RoleSheet
          role={
            edited === 'new' ? null : (data?.find(({ name }) => name === edited.name) ?? edited)
          }
          close={() => setEdited(null)}
        />
      )}
    </Page>
  )
}

function RoleCard({ role, edit }: { role: Role; edit: (() => void) | undefined }) {
  return (
    <article className="card grid h-full content-start gap-3 p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{roleName(role.name)}</h2>
        {role.built_in && (
          <Badge>
            <Trans>De fábrica</Trans>
          </Badge>
        )}
      </div>
      {role.description && <p className="text-muted">{role.description}</p>}
      <ul className="flex flex-wrap gap-1.5">
        {role.scopes.map((scope) => (
          <li key={scope}>
            <Badge>{scope}</Badge>
          </li>
        ))}
      </ul>
      {edit && (
        <div className="mt-auto">
          <Button size="small" look="quiet" icon="edit" onClick={edit}>
            <Trans>Mudar</Trans>
            <span className="sr-only">{roleName(role.name)}</span>
          </Button>
        </div>
      )}
    </article>
  )
}

function RoleSheet({ role: latest, close }: { role: Role | null; close: () => void }) {
  const { t } = useLingui()
  const seen = useSeen(latest)
  const before = seen.base
  const { data: known } = useQuery(rolesQuery)
  const save = useAct(
    ({ role, ...body }: { role: string; description: string; scopes: string[] }) =>
      ok(
        api.PUT('/api/v1/roles/{role}', {
          params: { path: { role } },
          headers: seen.header(),
          body,
        }),
      ),
    {
      refresh: [['roles'], ['users']],
      seen,
      done: () => {
        close()
        toast(t`Papel guardado.`)
      },
    },
  )
  const { onSubmit, error } = useForm(
    (read) => {
      const scopes = read.all('scopes')
      if (scopes.length === 0) read.refuse('scopes', t`Escolha ao menos uma permissão.`)
      const role = before?.name ?? read.words('role')
      if (!before && known?.some(({ name }) => name === role)) {
        read.refuse('role', t`Já existe um papel com este nome.`)
      }
      return { role, description: read.words('description'), scopes }
    },
    save.mutate,
    save.error,
  )
  const scopes = [...new Set([...SCOPES, ...(before?.scopes ?? [])])]
  return (
    <Sheet
      title={before ? t`Mudar o papel ${roleName(before.name)}` : t`Novo papel`}
      onClose={close}
      onSubmit={onSubmit}
      busy={save.isPending}
      error={save.error}
      does={<Trans>Guardar</Trans>}
    >
      {!before && (
        <Field
          label={t`Nome`}
          hint={t`Letras minúsculas, números, hífen.`}
          name="role"
          required
          minLength={2}
          maxLength={32}
          pattern="[a-z][a-z0-9_\-]{1,31}"
          error={error('role')}
        />
      )}
      <Field
        label={t`Descrição`}
        optional={t`opcional`}
        name="description"
        maxLength={200}
        defaultValue={before?.description ?? ''}
        error={error('description')}
      />
      <fieldset className="grid">
        <legend className="text-sm font-semibold">
          <Trans>Permissões</Trans>
        </legend>
        {scopes.map((scope) => (
          <Choice
            key={scope}
            type="checkbox"
            name="scopes"
            value={scope}
            defaultChecked={before?.scopes.includes(scope) ?? false}
            note={<code className="text-sm">{scope}</code>}
          >
            {scopeName(scope) ?? scope}
          </Choice>
        ))}
      </fieldset>
      {error('scopes') && <p className="text-sm text-bad">{error('scopes')}</p>}
      {before && (
        <p className="text-sm text-muted">
          <Trans>Quem perde uma permissão com isto tem de entrar de novo.</Trans>
        </p>
      )}
    </Sheet>
  )
}
