import { api, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, Choice, Dialog, EmptyState, ErrorState, Field, Loading, toast, useScopes } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { locations, type Location } from '../../data/stock'
import { SaveProblem } from '../../form/conflict'
import { fieldErrors } from '../../form/problems'
import { take } from '../../form/take'
import { Page } from '../../frame/page'
import { live, useChanged } from '../../live'

type Report = Schemas['StockReport']

export function LocationsPage() {
  const { t } = useLingui()
  const may = useScopes().has('stock:write')
  const places = useQuery(locations)
  const report = useQuery({
    queryKey: ['stock', 'report'],
    ...live('reports'),
    queryFn: async ({ signal }) =>
      (await ok(api.GET('/api/v1/stock/report', { signal, params: { query: { limit: 200 } } }))).data,
  })
  const [editing, setEditing] = useState<Location | 'new' | null>(null)
  return (
    <Page
      title={t`Locais de estoque`}
      crumbs={[{ to: '/estoque', label: t`Estoque` }]}
      note={<Trans>Pedidos tiram primeiro do local de menor ordem.</Trans>}
      actions={
        may && (
          <Button size="small" icon="plus" onClick={() => setEditing('new')}>
            <Trans>Novo local</Trans>
          </Button>
        )
      }
    >
      {places.error && !places.data ? (
        <ErrorState error={places.error} retry={() => places.refetch()} />
      ) : !places.data ? (
        <Loading />
      ) : places.data.length === 0 ? (
        <EmptyState title={<Trans>Nenhum local ainda</Trans>}>
          <Trans>Sem um local de estoque nada pode ser guardado nem vendido.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
          {places.data.map((place) => (
            <li key={place.id}>
              <Place
                place={place}
                report={report.data?.find((one) => one.location_id === place.id)}
                edit={may ? () => setEditing(place) : undefined}
              />
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === 'new' ? t`Novo local` : t`Mudar o local`}
      >
        {editing && (
          <PlaceForm place={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
        )}
      </Dialog>
    </Page>
  )
}

interface PlaceProps {
  place: Location
  report: Report | undefined
  edit: (() => void) | undefined
}

function Place({ place, report, edit }: PlaceProps) {
  const format = useFormat()
  return (
    <article className="card grid gap-4 p-5">
      <header className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-bold">{place.name}</h2>
          <p className="text-sm text-muted">
            {place.code} · <Trans>ordem {place.priority}</Trans>
          </p>
        </div>
        {place.active ? (
          <Badge tone="good">
            <Trans>Vende</Trans>
          </Badge>
        ) : (
          <Badge>
            <Trans>Não vende</Trans>
          </Badge>
        )}
      </header>
      {report && (
        <dl className="grid grid-cols-2 gap-x-3 gap-y-4 sm:grid-cols-3">
          <Figure name={<Trans>Unidades</Trans>}>{format.number(report.on_hand)}</Figure>
          <Figure name={<Trans>Reservadas</Trans>}>{format.number(report.reserved)}</Figure>
          <Figure name={<Trans>Variantes</Trans>}>{format.number(report.variants)}</Figure>
          <Figure name={<Trans>No mínimo</Trans>}>
            <Link to="/estoque" search={{ local: place.id, low: true }} className="link">
              {format.number(report.low)}
            </Link>
          </Figure>
          <Figure name={<Trans>Esgotadas</Trans>}>{format.number(report.out_of_stock)}</Figure>
          <Figure name={<Trans>Valor a preço de hoje</Trans>}>
            {report.value.map((value) => (
              <span key={value.currency} className="block money">
                {format.money(value)}
              </span>
            ))}
          </Figure>
        </dl>
      )}
      <footer className="flex flex-wrap items-center justify-between gap-2">
        <Link to="/estoque" search={{ local: place.id }} className="text-sm link">
          <Trans>Ver os níveis</Trans>
          <span className="sr-only"> {place.name}</span>
        </Link>
        {edit && (
          <Button size="small" look="secondary" icon="edit" onClick={edit}>
            <Trans>Mudar</Trans>
            <span className="sr-only">{place.name}</span>
          </Button>
        )}
      </footer>
    </article>
  )
}

function Figure({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-semibold">{children}</dd>
    </div>
  )
}

function PlaceForm({ place, onClose }: { place: Location | undefined; onClose: () => void }) {
  const { t } = useLingui()
  const changed = useChanged()
  const save = useMutation({
    mutationFn: ({ code = '', name = '', priority, active }: Record<string, string>) => {
      const body = { code, name, priority: Number(priority), active: active === 'on' }
      return place
        ? ok(
            api.PATCH('/api/v1/stock/locations/{id}', {
              params: { path: { id: place.id }, header: { 'If-Match': `"${place.version}"` } },
              body,
            }),
          )
        : ok(api.POST('/api/v1/stock/locations', { body }))
    },
    onSuccess: async () => {
      toast(t`Guardado.`)
      onClose()
      await changed(['stock'])
    },
  })
  const at = fieldErrors(save.error)
  return (
    <form className="grid gap-4 sm:grid-cols-2" onSubmit={(event) => save.mutate(take(event))}>
      <div className="sm:col-span-2">
        <SaveProblem
          error={save.error}
          fields={['/code', '/name', '/priority']}
          onReload={() => {
            onClose()
            void changed(['stock', 'locations'])
          }}
        />
      </div>
      <Field
        className="sm:col-span-2"
        label={t`Nome`}
        name="name"
        maxLength={120}
        required
        data-autofocus
        defaultValue={place?.name}
        error={at('/name')}
      />
      <Field
        label={t`Código`}
        name="code"
        maxLength={32}
        required
        pattern="[a-z0-9][a-z0-9_\-]*"
        defaultValue={place?.code}
        hint={t`Letras minúsculas, algarismos e hifens.`}
        error={at('/code')}
      />
      <Field
        label={t`Ordem`}
        name="priority"
        type="number"
        min={-1000000}
        max={1000000}
        required
        defaultValue={place?.priority ?? 100}
        error={at('/priority')}
      />
      <div className="sm:col-span-2">
        <Choice type="checkbox" name="active" defaultChecked={place?.active ?? true}>
          <Trans>Pedidos podem tirar deste local</Trans>
        </Choice>
      </div>
      <Button type="submit" busy={save.isPending} className="justify-self-end sm:col-span-2">
        <Trans>Guardar</Trans>
      </Button>
    </form>
  )
}
