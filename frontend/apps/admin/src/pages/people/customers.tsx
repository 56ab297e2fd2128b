import { api, ok } from '@commerce/api'
import { Button, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Page } from '../../frame/page'
import { Export, exports } from '../../parts/export'
import { CustomerSheet } from './customer'
import { PeopleTable, queryOf } from './list'

const route = getRouteApi('/shell/clientes')

export function CustomersPage() {
  const { t } = useLingui()
  const scopes = useScopes()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [making, setMaking] = useState(false)
  const { q, active, sort } = search
  const query = useInfiniteQuery({
    queryKey: ['customers', 'list', { q, active, sort }],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => {
      const { q, active, sort, limit, count } = queryOf(search)
      return ok(
        api.GET('/api/v1/customers', {
          signal,
          params: { query: { q, active, sort, limit, count, cursor: pageParam } },
        }),
      )
    },
    getNextPageParam: (last) => last.page.next ?? undefined,
  })
  return (
    <Page
      title={t`Clientes`}
      fill
      actions={
        <>
          <Export name={t`clientes`} of={exports.customers} />
          {scopes.has('customers:write') && (
            <Button size="small" icon="plus" onClick={() => setMaking(true)}>
              <Trans>Novo cliente</Trans>
            </Button>
          )}
        </>
      }
    >
      <PeopleTable
        of="customers"
        label={t`Clientes`}
        query={query}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
      {making && (
        <CustomerSheet
          customer={null}
          close={() => setMaking(false)}
          made={({ id }) => void navigate({ to: '/clientes/$id', params: { id } })}
        />
      )}
    </Page>
  )
}
