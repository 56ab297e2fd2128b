// Gift cards: who has which is nobody's business here, only how a code ends.

import { isProblem, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Button, Dialog, EmptyState, ErrorState, Skeleton, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { GiftCardsSearch } from '../../areas/sales'
import { Page } from '../../frame/page'
import { ToldOnce } from '../../parts/told-once'
import { DataTable } from '../../table/data-table'
import { SearchFilter, SelectFilter } from '../../table/filters'
import type { Column } from '../../table/types'
import { Account } from './account'
import { giftCard, giftCards, type Credit } from './data'
import { IssueSheet } from './issue'
import { CreditBadge } from './parts'

const route = getRouteApi('/shell/vales-presente')

/** How a code ends, of whatever of it was typed. */
const ending = (typed: string | undefined) =>
  typed?.replace(/[^0-9A-Za-z]/g, '').slice(-4).toUpperCase() || undefined

export function GiftCardsPage() {
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [issuing, setIssuing] = useState(false)
  const [made, setMade] = useState<Schemas['IssuedGiftCard'] | null>(null)
  const { final, active } = search
  const query = useInfiniteQuery({
    ...giftCards({
      hint: final?.length === 4 ? final : undefined,
      active: active && active === 'true',
    }),
    placeholderData: keepPreviousData,
  })
  const onSearch = (next: GiftCardsSearch) => void navigate({ search: next, replace: true })
  const show = (id: string | undefined) => void navigate({ search: { ...search, aberto: id } })

  const name = (one: Credit) => (
    <button type="button" className="link font-semibold" onClick={() => show(one.id)}>
      <Trans>Final {one.hint}</Trans>
    </button>
  )
  const balance = (one: Credit) => <span className="money">{format.money(one.balance)}</span>
  const columns: Column<Credit>[] = [
    { id: 'card', header: t`Vale`, width: 9, fixed: true, cell: name },
    { id: 'state', header: t`Situação`, width: 8, cell: (one) => <CreditBadge of={one} /> },
    { id: 'balance', header: t`Saldo`, width: 9, end: true, cell: balance },
    {
      id: 'expires',
      header: t`Vale até`,
      width: 10,
      cell: (one) =>
        one.expires_at ? (
          format.stamp(one.expires_at)
        ) : (
          <span className="text-muted">
            <Trans>sem prazo</Trans>
          </span>
        ),
    },
    { id: 'note', header: t`Anotação`, cell: (one) => one.note },
    { id: 'created', header: t`Emitido em`, width: 10, cell: (one) => format.stamp(one.created_at) },
  ]

  return (
    <Page
      title={t`Vales-presente e crédito`}
      note={
        <Trans>
          O crédito de cada cliente fica na página dele, em{' '}
          <Link to="/clientes" className="link">
            Clientes
          </Link>
          .
        </Trans>
      }
      fill
      actions={
        scopes.has('orders:write') && (
          <Button size="small" icon="plus" onClick={() => setIssuing(true)}>
            <Trans>Emitir vale</Trans>
          </Button>
        )
      }
    >
      <DataTable
        page="gift-cards"
        label={t`Vales-presente`}
        columns={columns}
        query={query}
        rowId={({ id }) => id}
        search={search}
        onSearch={onSearch}
        filtered={Boolean(final ?? active)}
        empty={
          <EmptyState icon="gift" title={<Trans>Nenhum vale-presente ainda</Trans>}>
            <Trans>Quem tem o código de um vale paga com ele na loja.</Trans>
          </EmptyState>
        }
        filters={
          <>
            <SearchFilter
              label={t`Últimos 4 do código`}
              value={final}
              onChange={(next) => onSearch({ ...search, final: ending(next) })}
            />
            <SelectFilter
              label={t`Situação`}
              all={t`Toda situação`}
              value={active}
              options={[
                ['true', t`Liberados`],
                ['false', t`Bloqueados`],
              ]}
              onChange={(next) => onSearch({ ...search, active: next })}
            />
          </>
        }
        card={(one) => (
          <>
            <div className="flex items-start justify-between gap-3">
              {name(one)}
              <CreditBadge of={one} />
            </div>
            <p className="mt-1 flex justify-between gap-3 text-sm text-muted">
              {balance(one)}
              <span>{format.dateTime(one.created_at)}</span>
            </p>
          </>
        )}
      />
      <CardDialog id={search.aberto} close={() => show(undefined)} />
      {issuing && <IssueSheet close={() => setIssuing(false)} made={setMade} />}
      {made && (
        <ToldOnce
          title={t`O código do vale`}
          label={t`Código`}
          value={made.code}
          close={() => setMade(null)}
        />
      )}
    </Page>
  )
}

function CardDialog({ id, close }: { id: string | undefined; close: () => void }) {
  const { t } = useLingui()
  const query = useQuery({ ...giftCard(id ?? ''), enabled: id !== undefined })
  const one = query.data
  return (
    <Dialog
      open={id !== undefined}
      onClose={close}
      title={one ? t`Vale-presente, final ${one.hint}` : t`Vale-presente`}
    >
      {one ? (
        <Account of={one} />
      ) : isProblem(query.error) && query.error.status === 404 ? (
        <p>
          <Trans>Não há este vale-presente.</Trans>
        </p>
      ) : query.error ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Dialog>
  )
}
