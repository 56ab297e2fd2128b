import { api, isProblem, ok } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import {
  Badge,
  Button,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  Receipt,
  TextAreaField,
  toast,
  useScopes,
} from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActError, changesOf, ifMatch, useAct } from '../../form/act'
import { useForm } from '../../form/read'
import { Card, Facts } from '../../parts/card'
import { Page } from '../../frame/page'
import { Sheet } from '../../form/sheet'
import { OrderActions } from './actions'
import { order as orderQuery, type Order } from './data'
import { EditSheet, mayEdit } from './edit'
import { Lines, Totals } from './lines'
import { Payments } from './money'
import { Parcels } from './parcels'
import { Returns } from './returns'
import { OrderBadge } from './status'
import { Timeline } from './timeline'

const route = getRouteApi('/shell/pedidos/$id')

export function OrderPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const scopes = useScopes()
  const query = useQuery(orderQuery(id))
  const order = query.data

  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há este pedido</Trans>} />
  }
  if (query.error && !order) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!order) return <Loading />
  return (
    <Page
      title={t`Pedido ${order.number}`}
      crumbs={[{ to: '/pedidos', label: t`Pedidos` }]}
      mark={
        <>
          <OrderBadge order={order} />
          {order.kind === 'credit' && (
            <Badge>
              <Trans>Crédito</Trans>
            </Badge>
          )}
        </>
      }
      note={<time dateTime={order.placed_at}>{format.dateTime(order.placed_at)}</time>}
      actions={
        <>
          <OrderActions order={order} />
          <Receipt order={order} />
        </>
      }
    >
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-5">
          <Items order={order} />
          <Parcels order={order} />
          <Returns order={order} />
          <Payments order={order} />
        </div>
        <div className="grid min-w-0 gap-5">
          <Buyer order={order} />
          <Delivery order={order} />
          <Card title={<Trans>Andamento</Trans>}>
            {scopes.has('orders:write') && <NoteForm order={order} />}
            <Timeline order={order} />
          </Card>
        </div>
      </div>
    </Page>
  )
}

function Items({ order }: { order: Order }) {
  const scopes = useScopes()
  const [editing, setEditing] = useState(false)
  return (
    <Card
      title={<Trans>Itens</Trans>}
      action={
        mayEdit(order) &&
        scopes.has('orders:write') && (
          <Button size="small" look="quiet" icon="edit" onClick={() => setEditing(true)}>
            <Trans>Mudar os itens</Trans>
          </Button>
        )
      }
    >
      <Lines order={order} />
      <Totals order={order} />
      {editing && <EditSheet order={order} close={() => setEditing(false)} />}
    </Card>
  )
}

function Buyer({ order }: { order: Order }) {
  const { t } = useLingui()
  return (
    <Card title={<Trans>Comprador</Trans>}>
      <Facts
        of={[
          [
            t`Nome`,
            order.customer_id ? (
              <Link to="/clientes/$id" params={{ id: order.customer_id }} className="link">
                {order.name ?? t`Ver o cliente`}
              </Link>
            ) : (
              (order.name ?? t`Visitante`)
            ),
          ],
          [
            t`E-mail`,
            order.email && (
              <a className="link" href={`mailto:${order.email}`}>
                {order.email}
              </a>
            ),
          ],
          [t`Região`, order.region],
          [t`Referência`, order.reference],
        ]}
      />
    </Card>
  )
}

const EDITABLE: readonly Order['status'][] = ['pending', 'stock_shortfall', 'paid']

function Delivery({ order }: { order: Order }) {
  const { t } = useLingui()
  const scopes = useScopes()
  const [editing, setEditing] = useState(false)
  const address = order.shipping_address
  return (
    <Card
      title={<Trans>Entrega</Trans>}
      action={
        EDITABLE.includes(order.status) &&
        scopes.has('orders:write') && (
          <Button size="small" look="quiet" icon="edit" onClick={() => setEditing(true)}>
            {address ? <Trans>Mudar endereço</Trans> : <Trans>Pôr endereço</Trans>}
          </Button>
        )
      }
    >
      {address ? (
        <address className="leading-relaxed not-italic">
          {address.name && <div>{address.name}</div>}
          <div>
            {[address.street, address.number, address.complement].filter(Boolean).join(', ')}
          </div>
          <div>{[address.district, address.city, address.state].filter(Boolean).join(', ')}</div>
          <div>{[address.postal_code, address.country].filter(Boolean).join(' · ')}</div>
          {address.phone && <div>{address.phone}</div>}
        </address>
      ) : (
        <p className="text-muted">
          <Trans>Sem endereço.</Trans>
        </p>
      )}
      {editing && (
        <AddressSheet
          order={order}
          close={() => setEditing(false)}
          title={t`Endereço de entrega`}
        />
      )}
    </Card>
  )
}

type Address = NonNullable<Order['shipping_address']>

function AddressSheet({ order, close, title }: { order: Order; close: () => void; title: string }) {
  const { t } = useLingui()
  const save = useAct(
    (shipping_address: Address) =>
      ok(
        api.PATCH('/api/v1/orders/{id}', {
          params: { path: { id: order.id } },
          headers: ifMatch(order),
          body: { shipping_address },
        }),
      ),
    {
      refresh: [['orders']],
      done: () => {
        close()
        toast(t`Endereço guardado.`)
      },
    },
  )
  const was: Partial<Address> = order.shipping_address ?? { country: 'BR' }
  const { onSubmit, error } = useForm(
    (read) => {
      const address = { street: read.words('street'), city: read.words('city') } as Address
      const others = [
        'name',
        'number',
        'complement',
        'district',
        'state',
        'postal_code',
        'country',
        'phone',
      ] as const
      for (const name of others) if (read.words(name)) address[name] = read.words(name)
      return address
    },
    (address) => {
      if (Object.keys(changesOf(was, address)).length === 0 && order.shipping_address) close()
      else save.mutate(address)
    },
    save.error,
  )
  const field = (name: keyof Address, label: string, more: object = {}) => (
    <Field label={label} name={name} defaultValue={was[name] ?? ''} error={error(name)} {...more} />
  )
  return (
    <Sheet
      title={title}
      onClose={close}
      onSubmit={onSubmit}
      busy={save.isPending}
      error={save.error}
      does={<Trans>Guardar</Trans>}
    >
      {field('name', t`Quem recebe`, { maxLength: 120 })}
      {field('postal_code', t`CEP`, { maxLength: 20 })}
      {field('street', t`Rua`, { required: true, maxLength: 200 })}
      <div className="grid gap-4 sm:grid-cols-2">
        {field('number', t`Número`, { maxLength: 20 })}
        {field('complement', t`Complemento`, { maxLength: 120 })}
        {field('district', t`Bairro`, { maxLength: 120 })}
        {field('city', t`Cidade`, { required: true, maxLength: 120 })}
        {field('state', t`UF`, { maxLength: 60 })}
        {field('country', t`País`, { minLength: 2, maxLength: 2, pattern: '[A-Z]{2}' })}
      </div>
      {field('phone', t`Telefone`, { maxLength: 40, type: 'tel' })}
    </Sheet>
  )
}

function NoteForm({ order }: { order: Order }) {
  const { t } = useLingui()
  const [count, setCount] = useState(0)
  const add = useAct(
    (note: string) =>
      ok(
        api.POST('/api/v1/orders/{id}/notes', {
          params: { path: { id: order.id } },
          body: { note },
        }),
      ),
    {
      refresh: [['orders', 'one']],
      done: () => {
        setCount(count + 1)
        toast(t`Anotado.`)
      },
    },
  )
  const { onSubmit, error } = useForm(
    (read) => read.words('note'),
    (note) => add.mutate(note),
    add.error,
  )
  return (
    <form
      key={count}
      className="grid justify-items-start gap-3 border-b border-line pb-5"
      onSubmit={onSubmit}
    >
      <TextAreaField
        className="w-full"
        label={t`Nova anotação`}
        hint={t`Só a equipe a vê.`}
        name="note"
        rows={2}
        required
        maxLength={2000}
        error={error('note')}
      />
      <ActError error={add.error} />
      <Button type="submit" size="small" look="secondary" busy={add.isPending}>
        <Trans>Anotar</Trans>
      </Button>
    </form>
  )
}
