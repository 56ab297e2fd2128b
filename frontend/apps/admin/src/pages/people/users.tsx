import { api, ok } from '@commerce/api'
import { Button, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Page } from '../../frame/page'
import { SelectFilter } from '../../table/filters'
import { roles as rolesQuery } from './data'
import { PeopleTable, queryOf } from './list'
import { roleName } from './parts'
import { UserSheet } from './user'

const route = getRouteApi('/shell/usuarios')

export function UsersPage() {
  const { t } = useLingui()
  const scopes = useScopes()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [making, setMaking] = useState(false)
  const roles = useQuery(rolesQuery)
  const { q, active, role, sort } = search
  const query = useInfiniteQuery({
    queryKey: ['users', 'list', { q, active, role, sort }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/users', {
          signal,
          params: { query: { ...queryOf(search), cursor: pageParam } },
        }),
      ),
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  return (
    <Page
      title={t`Usuários`}
      fill
      actions={
        scopes.has('users:write') && (
          <Button size="small" icon="plus" onClick={() => setMaking(true)}>
            <Trans>Novo usuário</Trans>
          </Button>
        )
      }
    >
      <PeopleTable
        of="users"
        label={t`Usuários`}
        query={query}
        search={search}
        onSearch={onSearch}
        filters={
          <SelectFilter
            label={t`Papel`}
            all={t`Todos os papéis`}
            value={role}
            options={(roles.data ?? []).map(({ name }) => [name, roleName(name)] as const)}
            onChange={(next) => onSearch({ ...search, role: next })}
          />
        }
      />
      {making && (
        <UserSheet
          user={null}
          close={() => setMaking(false)}
          made={({ id }) => void navigate({ to: '/usuarios/$id', params: { id } })}
        />
      )}
    </Page>
  )
}
