import { Badge, IconButton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { findProducts, product as productQuery, RELATED_MOST } from '../../data/catalog'
import { Pick } from '../../form/pick'
import { statusText, statusTone } from '../../parts/labels'
import { moved, MoveButtons, useOrder } from '../../parts/ordered'
import { Thumb } from '../../parts/thumb'
import { relatedRow, type RelatedRow } from './draft'

interface RelatedProps {
  /** The product whose they are, if the shop has it. */
  of: number | undefined
  related: RelatedRow[]
  onChange: (related: RelatedRow[]) => void
  error: string | undefined
}

/** So many are in the store's row of them. */
const SHOWN = 8

export function RelatedProducts({ of, related, onChange, error }: RelatedProps) {
  const { t } = useLingui()
  const move = (key: string, to: number) => onChange(moved(related, key, to))
  const order = useOrder('related', move)
  const taken = [of, ...related.map(({ id }) => id)]
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">
        {related.length === 0 ? (
          <Trans>
            Nenhum escolhido: em “Veja também”, na página dele, a loja mostra os mais vendidos da mesma categoria.
          </Trans>
        ) : (
          <Trans>
            A loja mostra em “Veja também”, nesta ordem, os {SHOWN} primeiros que estão à venda; se forem menos,
            completa com os mais vendidos da mesma categoria.
          </Trans>
        )}
      </p>
      {related.length > 0 && (
        <ol className="grid gap-3" aria-label={t`Produtos relacionados`}>
          {related.map((one, index) => (
            <Row
              key={one.key}
              one={one}
              index={index}
              count={related.length}
              order={order}
              move={(to) => move(one.key, to)}
              remove={() => onChange(related.filter(({ key }) => key !== one.key))}
            />
          ))}
        </ol>
      )}
      {related.length < RELATED_MOST && (
        <Pick
          label={t`Acrescentar um produto`}
          hint={t`Nome ou SKU`}
          source={`related ${taken.join()}`}
          search={async (words, signal) =>
            (await findProducts(words, signal)).filter(({ product }) => !taken.includes(product.id))
          }
          several
          onPick={(found) => {
            if (found) onChange([...related, relatedRow(found.product)])
          }}
        />
      )}
      {error && <p className="text-sm text-bad">{error}</p>}
    </div>
  )
}

interface RowProps {
  one: RelatedRow
  index: number
  count: number
  order: ReturnType<typeof useOrder>
  move: (to: number) => void
  remove: () => void
}

function Row({ one: { key, id, name, status, sku, picture }, index, count, order, move, remove }: RowProps) {
  const { t } = useLingui()
  // Lists of products have no SKU: of one that was found it is asked for.
  const { data } = useQuery({ ...productQuery(String(id)), enabled: sku === undefined })
  return (
    <li
      className="grid grid-cols-[3rem_minmax(0,1fr)] items-start gap-x-3 border-b border-line pb-3 sm:grid-cols-[3rem_minmax(0,1fr)_auto] sm:items-center"
      {...order.row(index)}
    >
      <span {...order.grip(key)}>
        <Thumb url={picture} className="size-12" />
      </span>
      <span className="min-w-0">
        <Link to="/produtos/$id" params={{ id: String(id) }} className="link font-medium wrap-anywhere">
          {name}
        </Link>
        <span className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
          <span className="wrap-anywhere">{sku ?? data?.variants[0]?.sku ?? `#${id}`}</span>
          <Badge tone={statusTone[status]}>{statusText(status)}</Badge>
        </span>
      </span>
      <span className="col-start-2 -ml-3 flex items-center sm:col-start-auto sm:ml-0">
        <MoveButtons
          index={index}
          count={count}
          move={move}
          up={t`${name}: para cima`}
          down={t`${name}: para baixo`}
        />
        <IconButton icon="trash" label={t`Tirar ${name}`} onClick={remove} />
      </span>
    </li>
  )
}
