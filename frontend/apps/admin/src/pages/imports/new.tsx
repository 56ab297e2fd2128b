// An import in four steps: a file, what its columns mean, a rehearsal that
// changes nothing, and the import itself.

import { useFormat } from '@commerce/i18n'
import { Alert, Button, Choice, Field, SelectField } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ActError, useAct } from '../../form/act'
import { Card } from '../../parts/card'
import { Drop } from '../../parts/drop'
import { Page } from '../../frame/page'
import {
  encodingOf,
  meaningOf,
  problemOf,
  renamed,
  targetName,
  targetsOf,
  type Column,
  type Encoding,
  type Format,
} from './columns'
import { findSeparator, readRecords, separatorLine, type Separator } from './csv'
import { ended, importQuery, sendImport, type ImportOptions } from './data'
import { ImportResult } from './result'

/** Bytes of a file that are looked at. */
const LOOK = 64 * 1024

interface Picked {
  file: File
  head: Uint8Array
  encoding: Encoding
  separator: Separator
  /** JSON lines have names at every value: nothing to map. */
  lines: boolean
  samples: string[][]
  columns: Column[]
}

async function look(file: File, format: Format): Promise<Picked> {
  const head = new Uint8Array(await file.slice(0, LOOK).arrayBuffer())
  const encoding = encodingOf(head)
  const whole = new TextDecoder(encoding).decode(head)
  const named = separatorLine(whole)
  const text = whole.slice(named?.length ?? 0)
  const lines = /\.(ndjson|jsonl)$/i.test(file.name) || text.trimStart().startsWith('{')
  const separator = named?.separator ?? findSeparator(text)
  const [header = [], ...samples] = lines ? [] : readRecords(text, separator, 4).records
  return {
    file,
    head,
    encoding,
    separator,
    lines,
    samples,
    columns: header.map((name) => ({ header: name, target: meaningOf(name, format) })),
  }
}

export function NewImportPage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [format, setFormat] = useState<Format>('products')
  const [picked, setPicked] = useState<Picked | null>(null)
  const [options, setOptions] = useState<ImportOptions>({})
  const [rehearsal, setRehearsal] = useState<string | null>(null)

  const send = useAct(
    (dry_run: boolean) => {
      if (!picked) throw new Error('no file')
      const { file, head, columns, encoding, separator, lines } = picked
      const body = lines ? file : renamed(file, head, columns, format, encoding, separator)
      return sendImport(body, lines ? 'application/x-ndjson' : 'text/csv', {
        ...options,
        format,
        dry_run,
        filename: file.name.slice(0, 200),
        ...(lines
          ? {}
          : { encoding, separator: separator === '\t' ? ('tab' as const) : separator }),
      })
    },
    {
      refresh: [['imports']],
      done: (made) => {
        if (made.dry_run) setRehearsal(made.id)
        else void navigate({ to: '/importacoes/$id', params: { id: made.id } })
      },
    },
  )

  /** What was rehearsed is not what would be imported any more. */
  const changed = () => {
    setRehearsal(null)
    send.reset()
  }
  const pick = async (file: File | undefined, as = format) => {
    if (!file) return
    changed()
    setPicked(await look(file, as))
  }
  const problem = picked && !picked.lines ? problemOf(picked.columns, format) : null
  const separators: Record<Separator, string> = {
    ',': t`vírgula`,
    ';': t`ponto e vírgula`,
    '\t': t`tabulação`,
    '|': t`barra`,
  }

  return (
    <Page title={t`Importar um arquivo`} crumbs={[{ to: '/importacoes', label: t`Importações` }]}>
      <div className="grid max-w-5xl gap-5">
        <Card title={<Trans>1. O arquivo</Trans>}>
          <fieldset className="grid sm:grid-cols-2">
            <legend className="text-sm font-semibold">
              <Trans>O que há em cada linha</Trans>
            </legend>
            {(['products', 'online-retail'] as const).map((one) => (
              <Choice
                key={one}
                type="radio"
                name="format"
                value={one}
                checked={format === one}
                onChange={() => {
                  setFormat(one)
                  void pick(picked?.file, one)
                }}
              >
                {one === 'products' ? (
                  <Trans>Um produto ou variante</Trans>
                ) : (
                  <Trans>Uma venda (UCI Online Retail)</Trans>
                )}
              </Choice>
            ))}
          </fieldset>
          <Drop
            glyph="import"
            choose={picked ? <Trans>Escolher outro arquivo</Trans> : <Trans>Escolher um arquivo</Trans>}
            accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv,application/x-ndjson"
            take={([file]) => void pick(file)}
          >
            <Trans>CSV ou JSON por linhas; ou solte aqui.</Trans>
            {picked && (
              <span className="mt-2 block text-ink">
                <strong className="wrap-anywhere">{picked.file.name}</strong>
                <FileNote picked={picked} separator={separators[picked.separator]} />
              </span>
            )}
          </Drop>
        </Card>

        {picked && !picked.lines && (
          <Card title={<Trans>2. As colunas</Trans>}>
            <p className="text-muted">
              <Trans>Uma célula vazia deixa o que já está lá.</Trans>
            </p>
            <Columns
              picked={picked}
              format={format}
              change={(columns) => {
                changed()
                setPicked({ ...picked, columns })
              }}
            />
            {problem && <Alert tone="warn">{problem}</Alert>}
          </Card>
        )}

        {picked && (
          <Card title={<Trans>3. As opções e o ensaio</Trans>}>
            <Options
              options={options}
              change={(next) => {
                changed()
                setOptions(next)
              }}
            />
            <ActError error={send.error} />
            {rehearsal ? (
              <Rehearsal id={rehearsal}>
                {(usable) => (
                  <div className="flex flex-wrap gap-3">
                    <Button
                      busy={send.isPending}
                      disabled={!usable}
                      onClick={() => send.mutate(false)}
                    >
                      <Trans>Importar de verdade</Trans>
                    </Button>
                  </div>
                )}
              </Rehearsal>
            ) : (
              <div>
                <Button
                  busy={send.isPending}
                  disabled={problem !== null}
                  onClick={() => send.mutate(true)}
                >
                  <Trans>Ensaiar</Trans>
                </Button>
              </div>
            )}
          </Card>
        )}
      </div>
    </Page>
  )
}

function FileNote({ picked, separator }: { picked: Picked; separator: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const size = t`${format.decimal(picked.file.size / 1024, 1)} KiB`
  return (
    <span className="block text-sm text-muted">
      {picked.lines
        ? `${size} · JSON`
        : `${size} · ${t`separado por ${separator}`} · ${picked.encoding.toUpperCase()}`}
    </span>
  )
}

interface ColumnsProps {
  picked: Picked
  format: Format
  change: (columns: Column[]) => void
}

function Columns({ picked, format, change }: ColumnsProps) {
  const { t } = useLingui()
  const targets = targetsOf(format)
  const bags = format === 'products' ? ['attr', 'option'] : []
  return (
    <ul className="grid gap-3">
      {picked.columns.map((column, index) => (
        <li
          key={index}
          className="grid items-center gap-x-6 gap-y-2 border-t border-line pt-3 first:border-0 first:pt-0 sm:grid-cols-2"
        >
          <div className="min-w-0">
            <p className="font-semibold break-words">{column.header || t`(sem nome)`}</p>
            <p className="truncate text-sm text-muted">
              {picked.samples
                .map((row) => row[index])
                .filter(Boolean)
                .join(' · ')}
            </p>
          </div>
          <SelectField
            label={t`É`}
            aria-label={t`O que é a coluna ${column.header}`}
            value={column.target}
            onChange={(event) =>
              change(
                picked.columns.map((one, at) =>
                  at === index ? { ...one, target: event.target.value } : one,
                ),
              )
            }
          >
            {['ignore', ...targets, ...bags].map((target) => (
              <option key={target} value={target}>
                {targetName(target)}
              </option>
            ))}
          </SelectField>
        </li>
      ))}
    </ul>
  )
}

interface OptionsProps {
  options: ImportOptions
  change: (options: ImportOptions) => void
}

function Options({ options, change }: OptionsProps) {
  const { t } = useLingui()
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <SelectField
        label={t`Preços`}
        value={options.price_scale ?? ''}
        onChange={(event) =>
          change({
            ...options,
            price_scale: event.target.value === '' ? undefined : Number(event.target.value),
          })
        }
      >
        <option value="">{t`Com casas decimais`}</option>
        <option value="2">{t`Com ou sem decimais: 19 é 19,00`}</option>
        <option value="0">{t`Em centavos: 1999 é 19,99`}</option>
      </SelectField>
      <SelectField
        label={t`Sinal decimal`}
        value={options.decimal ?? 'auto'}
        onChange={(event) =>
          change({ ...options, decimal: event.target.value as ImportOptions['decimal'] })
        }
      >
        <option value="auto">{t`Pelo que está escrito`}</option>
        <option value="comma">{t`Vírgula`}</option>
        <option value="point">{t`Ponto`}</option>
      </SelectField>
      <Field
        label={t`Moeda`}
        optional={t`a da loja se vazia`}
        maxLength={3}
        pattern="[A-Z]{3}"
        value={options.currency ?? ''}
        onChange={(event) =>
          change({ ...options, currency: event.target.value.toUpperCase() || undefined })
        }
      />
    </div>
  )
}

/** The rehearsal while it goes on and what came of it. */
function Rehearsal({ id, children }: { id: string; children: (usable: boolean) => ReactNode }) {
  const { data, error } = useQuery(importQuery(id))
  if (error && !data) return <ActError error={error} />
  if (!data) return null
  return (
    <>
      <ImportResult import={data} />
      {ended(data) && children(data.status === 'done' && data.created + data.updated > 0)}
    </>
  )
}
