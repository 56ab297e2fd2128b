// The table of customers and that of users: the same people, asked for with
// other rights.

import { useFormat } from '@commerce/i18n'
import { EmptyState } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PeopleSearch } from '../../areas/sales'
import { DataTable, type PageOfRows } from '../../table/data-table'
import { SearchFilter, SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import type { User } from './data'
import { ActiveBadge, Roles } from './parts'

interface PeopleTableProps {
  of: 'customers' | 'users'
  label: string
  query: UseInfiniteQueryResult<InfiniteData<PageOfRows<User>>>
  search: PeopleSearch
  onSearch: (search: PeopleSearch) => void
  filters?: ReactNode
}

export function PeopleTable({ of, label, query, search, onSearch, filters }: PeopleTableProps) {
  const { t } = useLingui()
  const format = useFormat()
  const name = (one: User) => (
    <Link
      to={of === 'users' ? '/usuarios/$id' : '/clientes/$id'}
      params={{ id: one.id }}
      className="link font-semibold"
    >
      {one.name}
    </Link>
  )
  const columns: Column<User>[] = [
    { id: 'name', header: t`Nome`, sort: 'name', fixed: true, cell: name },
    { id: 'email', header: t`E-mail`, sort: 'email', width: 15.5, cell: ({ email }) => email },
    {
      id: 'roles',
      header: t`Papéis`,
      width: 10,
      extra: of === 'customers',
      cell: ({ roles }) => <Roles of={roles} />,
    },
    {
      id: 'active',
      header: t`Situação`,
      width: 7.5,
      cell: ({ active }) => <ActiveBadge active={active} />,
    },
    {
      id: 'created',
      header: t`Desde`,
      sort: 'created_at',
      descending: true,
      width: 10,
      cell: (one) => format.date(one.created_at),
    },
    {
      id: 'login',
      header: t`Última entrada`,
      width: 9.5,
      extra: of === 'customers',
      cell: (one) => one.last_login_at && format.stamp(one.last_login_at),
    },
    {
      id: 'reference',
      header: t`Número da loja`,
      width: 10,
      extra: true,
      cell: (one) => one.reference,
    },
  ]
  return (
    <DataTable
      page={of}
      label={label}
      columns={columns}
      query={query}
      rowId={({ id }) => id}
      search={search}
      onSearch={onSearch}
      usualSort="-created_at"
      filtered={Boolean(search.q ?? search.active ?? search.role)}
      empty={
        <EmptyState icon="user" title={<Trans>Ninguém ainda</Trans>}>
          <Trans>Quem se cadastrar aparece aqui.</Trans>
        </EmptyState>
      }
      filters={
        <>
          <SearchFilter
            label={t`Nome ou e-mail`}
            value={search.q}
            onChange={(q) => onSearch({ ...search, q })}
          />
          <SelectFilter
            label={t`Situação`}
            all={t`Ativos e desativados`}
            value={search.active}
            options={[
              ['true', t`Ativos`],
              ['false', t`Desativados`],
            ]}
            onChange={(active) => onSearch({ ...search, active })}
          />
          {filters}
        </>
      }
      card={(one) => (
        <>
          <div className="flex items-baseline justify-between gap-3">
            {name(one)}
            <ActiveBadge active={one.active} />
          </div>
          <p className="truncate text-sm">{one.email}</p>
          <div className="mt-1 flex items-center justify-between gap-3 text-sm text-muted">
            {format.date(one.created_at)}
            {of === 'users' && <Roles of={one.roles} />}
          </div>
        </>
      )}
    />
  )
}

/** A search of one letter finds everybody. */
export function queryOf({ q, active, role, sort }: PeopleSearch) {
  return {
    q: q && q.length > 1 ? q : undefined,
    active: active && active === 'true',
    role,
    sort: sort ? [sort as 'name'] : undefined,
    limit: 50,
    count: 'estimated' as const,
  }
}
