import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Button, EmptyState, ErrorState, Loading, toast, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useEdit } from '../../form/edit'
import type { Reader } from '../../form/read'
import { Card, Facts } from '../../parts/card'
import { Paged } from '../../parts/paged'
import { Page } from '../../frame/page'
import { Sheet } from '../../form/sheet'
import { StoreCredit } from '../credit/of-customer'
import { OrderBadge } from '../orders/status'
import { customer as customerQuery, customerOrders, type User } from './data'
import { ActiveBadge, PersonFields } from './parts'

const route = getRouteApi('/shell/clientes/$id')

export function CustomerPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const [editing, setEditing] = useState(false)
  const query = useQuery(customerQuery(id))
  const one = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há este cliente</Trans>} />
  }
  if (query.error && !one) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!one) return <Loading />
  return (
    <Page
      title={one.name}
      crumbs={[{ to: '/clientes', label: t`Clientes` }]}
      mark={<ActiveBadge active={one.active} />}
      actions={
        scopes.has('customers:write') && (
          <Button size="small" look="secondary" icon="edit" onClick={() => setEditing(true)}>
            <Trans>Corrigir dados</Trans>
          </Button>
        )
      }
    >
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
        <div className="grid min-w-0 gap-5">
          <Card title={<Trans>Dados</Trans>}>
            <Facts
              of={[
                [
                  t`E-mail`,
                  <a className="link break-all" href={`mailto:${one.email}`}>
                    {one.email}
                  </a>,
                ],
                [t`Confirmado`, one.email_confirmed ? t`Sim` : t`Não`],
                [t`Telefone`, one.phone],
                [t`CPF ou CNPJ`, one.tax_id],
                [t`Número da loja`, one.reference],
                [t`Cliente desde`, format.date(one.created_at)],
                [t`Última entrada`, one.last_login_at && format.dateTime(one.last_login_at)],
              ]}
            />
          </Card>
          {scopes.has('orders:read') && <StoreCredit customer={one.id} />}
        </div>
        {scopes.has('orders:read') && <Orders id={one.id} />}
      </div>
      {editing && <CustomerSheet customer={one} close={() => setEditing(false)} />}
    </Page>
  )
}

function Orders({ id }: { id: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const query = useInfiniteQuery(customerOrders(id))
  const total = query.data?.pages[0]?.page.total
  return (
    <Card title={total === undefined ? t`Pedidos` : t`Pedidos (${format.number(total)})`}>
      <Paged
        query={query}
        empty={
          <EmptyState icon="bag" title={<Trans>Nenhum pedido ainda</Trans>} />
        }
      >
        {(orders) => (
          <ul className="grid">
            {orders.map((order) => (
              <li
                key={order.id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-3 first:border-0"
              >
                <span>
                  <Link
                    to="/pedidos/$id"
                    params={{ id: String(order.number) }}
                    className="link font-medium"
                  >
                    <Trans>Pedido {order.number}</Trans>
                  </Link>
                  <span className="block text-sm text-muted">{format.dateTime(order.placed_at)}</span>
                </span>
                <span className="flex flex-wrap items-center gap-3">
                  <OrderBadge order={order} />
                  <span className="money font-semibold">{format.money(order.total)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Card>
  )
}

export function readPerson(read: Reader) {
  return {
    name: read.words('name'),
    email: read.words('email'),
    phone: read.text('phone'),
    tax_id: read.text('tax_id'),
    reference: read.text('reference'),
  }
}

/** A new customer, or corrections of one. */
export function CustomerSheet({
  customer: latest,
  close,
  made,
}: {
  customer: User | null
  close: () => void
  made?: (customer: User) => void
}) {
  const { t } = useLingui()
  const { before, error, form } = useEdit({
    of: latest,
    parse: readPerson,
    make: (body, header) => ok(api.POST('/api/v1/customers', { params: { header }, body })),
    change: ({ id }, body, headers) =>
      ok(api.PATCH('/api/v1/customers/{id}', { params: { path: { id } }, headers, body })),
    refresh: [['customers']],
    done: (saved) => {
      close()
      toast(t`Cliente guardado.`)
      made?.(saved)
    },
    same: close,
  })
  return (
    <Sheet
      title={before ? t`Corrigir dados` : t`Novo cliente`}
      onClose={close}
      {...form}
      does={<Trans>Guardar</Trans>}
    >
      {!before && (
        <p className="text-muted">
          <Trans>A pessoa entra quando pedir uma senha por e-mail.</Trans>
        </p>
      )}
      <PersonFields person={before} error={error} />
    </Sheet>
  )
}
