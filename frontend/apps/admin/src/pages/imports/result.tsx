// How an import goes and what came of it.

import { useFormat } from '@commerce/i18n'
import { Alert, Badge, Button, ErrorState, saveFile, Skeleton, type Tone } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { ActError } from '../../form/act'
import { Paged } from '../../parts/paged'
import { ended, errorsFile, importChanges, importErrors, type Import } from './data'

const tones: Record<Import['status'], Tone> = {
  staging: 'brand',
  checking: 'brand',
  merging: 'brand',
  done: 'good',
  failed: 'bad',
}

export function ImportBadge({ of }: { of: Pick<Import, 'status' | 'dry_run'> }) {
  const names: Record<Import['status'], string> = {
    staging: t`Recebendo`,
    checking: t`Conferindo`,
    merging: of.dry_run ? t`Ensaiando` : t`Gravando`,
    done: of.dry_run ? t`Ensaio pronto` : t`Pronta`,
    failed: t`Não deu certo`,
  }
  return <Badge tone={tones[of.status]}>{names[of.status]}</Badge>
}

function whyFailed(error: Import['error']): string {
  const line = typeof error?.['line'] === 'number' ? error['line'] : null
  switch (error?.['code']) {
    case 'price_scale_required':
      return line
        ? t`Há preços sem casas decimais (linha ${line}): diga nas opções se são centavos ou inteiros.`
        : t`Há preços sem casas decimais: diga nas opções se são centavos ou inteiros.`
    case 'staging_lost':
      return t`O arquivo recebido se perdeu no caminho. Envie de novo.`
    default: {
      const code = String(error?.['code'] ?? '')
      return line ? t`Parou na linha ${line} (${code}).` : t`Parou (${code}).`
    }
  }
}

export function ImportResult({ import: one }: { import: Import }) {
  const { t } = useLingui()
  const format = useFormat()
  const counts: [string, number, string?][] = [
    [t`Linhas lidas`, one.rows],
    [one.dry_run ? t`Seriam criados` : t`Criados`, one.created, 'text-good'],
    [one.dry_run ? t`Seriam mudados` : t`Mudados`, one.updated, 'text-brand'],
    [t`Iguais`, one.unchanged],
    [t`Linhas recusadas`, one.refused, one.refused > 0 ? 'text-bad' : undefined],
  ]
  return (
    <div className="grid gap-5" aria-live="polite">
      {!ended(one) && (
        <div className="grid gap-2">
          <label className="flex justify-between gap-4 text-sm font-semibold" htmlFor="progress">
            <ImportBadge of={one} />
            <span className="money">{format.percent(one.progress / 100)}</span>
          </label>
          <progress
            id="progress"
            max={100}
            value={one.progress}
            className="h-2.5 w-full overflow-hidden rounded-full bg-sunken accent-brand"
          />
        </div>
      )}
      {one.status === 'failed' && <Alert tone="bad">{whyFailed(one.error)}</Alert>}
      {one.status === 'done' && (
        <Alert tone={one.refused > 0 ? 'warn' : 'good'}>
          {one.dry_run ? (
            <Trans>Foi só um ensaio: nada mudou.</Trans>
          ) : (
            <Trans>O arquivo foi importado.</Trans>
          )}
        </Alert>
      )}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-5">
        {counts.map(([name, count, look]) => (
          <div
            key={name}
            className="flex flex-col-reverse justify-end rounded-lg bg-sunken px-4 py-3"
          >
            <dt className="text-sm text-muted">{name}</dt>
            <dd className={`text-2xl font-bold ${count > 0 ? (look ?? '') : ''}`}>
              {format.number(count)}
            </dd>
          </div>
        ))}
      </dl>
      {one.dry_run && one.status === 'done' && one.created + one.updated > 0 && (
        <Changes of={one} />
      )}
      {ended(one) && one.refused > 0 && <Errors of={one} />}
    </div>
  )
}

/** What would become of the first rows that differ, field by field. */
function Changes({ of: one }: { of: Import }) {
  const { t } = useLingui()
  const query = useInfiniteQuery(importChanges(one))
  const names: Record<string, string> = {
    name: t`Nome`,
    description: t`Descrição`,
    price: t`Preço`,
    currency: t`Moeda`,
    category: t`Categoria`,
    stock: t`Estoque`,
    status: t`Situação`,
    variant: t`Variação`,
    tax_class: t`Classe de imposto`,
    weight: t`Peso (gramas)`,
    active: t`Ativo`,
  }
  const nameOf = (field: string) => names[field] ?? field.replace(/^(attr|option):/, '')
  return (
    <section className="grid gap-3">
      <h3 className="font-semibold">
        <Trans>O que mudaria</Trans>
      </h3>
      <Paged query={query} empty={null}>
        {(rows) => (
          <ul className="grid rounded-lg border border-line">
            {rows.map((row) => (
              <li key={row.line} className="grid gap-1 border-t border-line px-4 py-3 first:border-0">
                <p className="flex flex-wrap items-center gap-2">
                  <code className="font-semibold">{row.sku}</code>
                  {row.kind === 'created' ? (
                    <Badge tone="good">
                      <Trans>Novo</Trans>
                    </Badge>
                  ) : (
                    <Badge tone="brand">
                      <Trans>Muda</Trans>
                    </Badge>
                  )}
                  <span className="text-sm text-muted">
                    <Trans>linha {row.line}</Trans>
                  </span>
                </p>
                <dl className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[10rem_1fr]">
                  {row.changes.map(({ field, from, to }) => (
                    <div key={field} className="contents">
                      <dt className="text-muted">{nameOf(field)}</dt>
                      <dd className="min-w-0 wrap-anywhere">
                        {from !== null && (
                          <>
                            <del className="text-muted">{from}</del>
                            <span aria-hidden="true"> → </span>
                          </>
                        )}
                        <ins className="font-medium no-underline">{to}</ins>
                      </dd>
                    </div>
                  ))}
                </dl>
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </section>
  )
}

function Errors({ of: one }: { of: Import }) {
  const { t } = useLingui()
  const format = useFormat()
  const { data, error, refetch } = useQuery(importErrors(one))
  const save = useMutation({
    mutationFn: async () => {
      const name = (one.filename ?? 'import').replace(/\.[^.]*$/, '')
      saveFile(await errorsFile(one), `${name}-${t`erros`}.csv`)
    },
  })
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-semibold">
          <Trans>Linhas recusadas</Trans>
        </h3>
        <Button
          size="small"
          look="secondary"
          icon="download"
          busy={save.isPending}
          onClick={() => save.mutate()}
        >
          <Trans>Baixar o arquivo de erros</Trans>
        </Button>
      </div>
      <p className="text-sm text-muted">
        <Trans>Corrija as células nele e importe-o como está: só estas linhas vão de novo.</Trans>
      </p>
      <ActError error={save.error} />
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-32" />
      ) : (
        <div
          className="overflow-x-auto rounded-lg border border-line"
          tabIndex={0}
          role="region"
          aria-label={t`Linhas recusadas`}
        >
          <table className="w-full text-left text-sm">
            <thead className="bg-sunken">
              <tr>
                <th className="px-3 py-2 font-semibold">
                  <Trans>Linha</Trans>
                </th>
                <th className="px-3 py-2 font-semibold">
                  <Trans>O que há</Trans>
                </th>
                {data.columns.map((name, index) => (
                  <th key={index} className="px-3 py-2 font-normal whitespace-nowrap text-muted">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row) => (
                <tr key={row.line} className="border-t border-line align-top">
                  <th scope="row" className="px-3 py-2 font-semibold">
                    {row.line}
                  </th>
                  <td className="min-w-48 px-3 py-2 text-bad">{row.why}</td>
                  {row.cells.map((cell, index) => (
                    <td key={index} className="max-w-60 truncate px-3 py-2">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && one.refused > data.rows.length && (
        <p className="text-sm text-muted">
          <Trans>
            Aqui estão as primeiras {data.rows.length} de {format.number(one.refused)}; o arquivo
            tem todas.
          </Trans>
        </p>
      )}
    </section>
  )
}
