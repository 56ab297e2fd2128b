import { useFormat } from '@commerce/i18n'
import { Button, Icon, IconButton, toast } from '@commerce/ui'
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { emptyVariant, generate, optionsOf, type Draft, type VariantRow } from './draft'

interface VariantsProps {
  draft: Draft
  set: (part: Partial<Draft>) => void
  at: (pointer: string) => string | undefined
}

const MOST = 100
const cell = 'control min-h-10! w-full px-2! aria-invalid:border-bad! aria-invalid:ring-1 aria-invalid:ring-bad'

export function Variants({ draft, set, at }: VariantsProps) {
  const { t } = useLingui()
  const rows = draft.variants
  const change = (variants: VariantRow[]) => set({ variants })
  const setRow = (key: string, part: Partial<VariantRow>) =>
    change(rows.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const names = optionsOf(rows).map(({ name }) => name)
  const heads = [
    ...names,
    t`SKU`,
    t`Preço (${draft.currency})`,
    t`Peso (g)`,
    ...(rows.some(({ id }) => id === undefined) ? [t`Estoque inicial`] : []),
    t`À venda`,
  ]
  const anyNew = rows.some(({ id }) => id === undefined)

  return (
    <div className="grid gap-4">
      {at('/variants') && (
        <p role="alert" className="text-sm text-bad">
          <Trans>Confira as variantes: {at('/variants')}</Trans>
        </p>
      )}
      <div
        role="region"
        aria-label={t`Tabela de variantes`}
        tabIndex={0}
        className="max-h-136 overflow-auto rounded-lg border border-line"
      >
        <table className="w-full border-separate border-spacing-0 text-sm">
          <thead>
            <tr>
              {heads.map((head) => (
                <th
                  key={head}
                  scope="col"
                  className="sticky top-0 z-10 border-b border-line bg-sunken px-2 py-2 text-left font-semibold whitespace-nowrap first-letter:uppercase"
                >
                  {head}
                </th>
              ))}
              <th className="sticky top-0 z-10 border-b border-line bg-sunken">
                <span className="sr-only">
                  <Trans>Tirar</Trans>
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => {
              const name = Object.values(row.options).join(', ') || row.sku || t`variante ${index + 1}`
              const wrong = (field: string) => at(`/variants/${index}/${field}`)
              return (
                <tr key={row.key}>
                  {names.map((option) => (
                    <td key={option} className="min-w-22 px-1 py-1">
                      <input
                        aria-label={t`${option} da variante ${index + 1}`}
                        maxLength={100}
                        value={row.options[option] ?? ''}
                        onChange={(event) =>
                          setRow(row.key, renamed(row, { ...row.options, [option]: event.target.value }))
                        }
                        className={cell}
                      />
                    </td>
                  ))}
                  <td className="min-w-52 px-1 py-1">
                    <input
                      aria-label={t`SKU de ${name}`}
                      aria-invalid={wrong('sku') ? true : undefined}
                      title={wrong('sku')}
                      maxLength={64}
                      required
                      value={row.sku}
                      onChange={(event) => setRow(row.key, { sku: event.target.value })}
                      className={cell}
                    />
                  </td>
                  <td className="min-w-21 px-1 py-1">
                    <PriceCell
                      label={t`Preço de ${name}`}
                      currency={draft.currency}
                      value={row.price}
                      wrong={Boolean(wrong('price'))}
                      onChange={(price) => setRow(row.key, { price })}
                    />
                  </td>
                  <td className="min-w-15 px-1 py-1">
                    <input
                      aria-label={t`Peso de ${name}`}
                      type="number"
                      min={0}
                      max={1000000000}
                      value={row.weight}
                      onChange={(event) => setRow(row.key, { weight: Number(event.target.value) || 0 })}
                      className={`${cell} text-right`}
                    />
                  </td>
                  {anyNew && (
                    <td className="min-w-24 px-1 py-1">
                      {row.id === undefined && (
                        <input
                          aria-label={t`Estoque inicial de ${name}`}
                          type="number"
                          min={0}
                          max={1000000000}
                          value={row.stock ?? ''}
                          onChange={(event) =>
                            setRow(row.key, {
                              stock: event.target.value === '' ? undefined : Number(event.target.value),
                            })
                          }
                          className={cell}
                        />
                      )}
                    </td>
                  )}
                  <td className="px-2 py-1 text-center">
                    <input
                      type="checkbox"
                      aria-label={t`${name} à venda`}
                      checked={row.active}
                      onChange={(event) => setRow(row.key, { active: event.target.checked })}
                      className="size-5 align-middle"
                    />
                  </td>
                  <td className="py-1 pr-1 text-right">
                    <IconButton
                      icon="trash"
                      label={t`Tirar ${name}`}
                      disabled={rows.length === 1}
                      onClick={() => change(rows.filter((one) => one.key !== row.key))}
                    />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <p className="text-sm text-muted">
        <Trans>Uma variante tirada que já teve estoque ou vendas só sai de venda; o histórico fica.</Trans>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          look="secondary"
          size="small"
          icon="plus"
          disabled={rows.length >= MOST}
          onClick={() =>
            change([
              ...rows,
              {
                ...emptyVariant(),
                price: rows.at(-1)?.price ?? null,
                weight: rows.at(-1)?.weight ?? 0,
                options: Object.fromEntries(names.map((one) => [one, ''])),
              },
            ])
          }
        >
          <Trans>Outra variante</Trans>
        </Button>
        <Generator rows={rows} base={draft.variants[0]?.sku ?? ''} onChange={change} />
      </div>
    </div>
  )
}

/** The name of a variant follows its options as long as it was made of them. */
function renamed(row: VariantRow, options: Record<string, string>): Partial<VariantRow> {
  const made = row.name === '' || row.name === Object.values(row.options).join(', ')
  return made ? { options, name: Object.values(options).filter(Boolean).join(', ') } : { options }
}

interface PriceCellProps {
  label: string
  currency: string
  value: number | null
  wrong: boolean
  onChange: (price: number | null) => void
}

function PriceCell({ label, currency, value, wrong, onChange }: PriceCellProps) {
  const format = useFormat()
  const shown = value === null ? '' : format.amount({ amount: value, currency })
  const [text, setText] = useState(shown)
  const [typing, setTyping] = useState(false)
  useEffect(() => {
    if (!typing) setText(shown)
  }, [shown, typing])
  return (
    <input
      aria-label={label}
      aria-invalid={wrong || (text !== '' && value === null) ? true : undefined}
      inputMode="decimal"
      autoComplete="off"
      required
      value={text}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => {
        setText(event.target.value)
        onChange(format.parseMoney(event.target.value, currency))
      }}
      className={`${cell} text-right`}
    />
  )
}

interface GeneratorProps {
  rows: VariantRow[]
  /** What new codes begin with. */
  base: string
  onChange: (rows: VariantRow[]) => void
}

/** Options with their values, and all variants that they make. */
function Generator({ rows, base, onChange }: GeneratorProps) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const [options, setOptions] = useState<{ name: string; values: string }[]>([])
  const [prefix, setPrefix] = useState('')
  const clean = options
    .map(({ name, values }) => ({
      name: name.trim().toLowerCase(),
      values: [...new Set(values.split(',').map((one) => one.trim()).filter(Boolean))],
    }))
    .filter(({ name, values }) => name && values.length > 0)
  const count = clean.length > 0 ? clean.reduce((sum, { values }) => sum * values.length, 1) : 0

  const start = () => {
    const had = optionsOf(rows).map(({ name, values }) => ({ name, values: values.join(', ') }))
    setOptions(had.length > 0 ? had : [{ name: '', values: '' }])
    setPrefix(base.split('-').slice(0, 2).join('-'))
    setOpen(true)
  }
  if (!open) {
    return (
      <Button look="quiet" size="small" className="justify-self-start" onClick={start}>
        <Trans>Gerar variantes de opções…</Trans>
      </Button>
    )
  }
  return (
    <fieldset className="grid w-full gap-3 rounded-lg bg-sunken p-4">
      <legend className="sr-only">
        <Trans>Gerar variantes</Trans>
      </legend>
      {options.map((option, index) => (
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)_2.75rem] gap-2">
          <input
            aria-label={t`Opção ${index + 1}`}
            placeholder={t`cor`}
            maxLength={60}
            value={option.name}
            onChange={(event) =>
              setOptions(options.map((one, at) => (at === index ? { ...one, name: event.target.value } : one)))
            }
            className={cell}
          />
          <input
            aria-label={t`Valores da opção ${index + 1}, separados por vírgulas`}
            placeholder={t`Azul, Preto, Verde`}
            value={option.values}
            onChange={(event) =>
              setOptions(options.map((one, at) => (at === index ? { ...one, values: event.target.value } : one)))
            }
            className={cell}
          />
          <IconButton
            icon="trash"
            label={t`Tirar a opção ${index + 1}`}
            onClick={() => setOptions(options.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look="secondary"
          size="small"
          icon="plus"
          disabled={options.length >= 10}
          onClick={() => setOptions([...options, { name: '', values: '' }])}
        >
          <Trans>Outra opção</Trans>
        </Button>
        <label className="flex items-center gap-2 text-sm">
          <Trans>Os SKUs começam com</Trans>
          <input value={prefix} maxLength={32} onChange={(event) => setPrefix(event.target.value)} className="control w-32" />
        </label>
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {count > MOST && (
          <span role="alert" className="flex items-center gap-1 text-sm text-bad">
            <Icon name="alert" className="size-4" />
            <Trans>Cabem {MOST} variantes.</Trans>
          </span>
        )}
        <Button look="quiet" size="small" onClick={() => setOpen(false)}>
          <Trans>Fechar</Trans>
        </Button>
        <Button
          size="small"
          disabled={count === 0 || count > MOST}
          onClick={() => {
            const made = generate(rows, clean, prefix.trim())
            onChange(made.slice(0, MOST))
            setOpen(false)
            toast(plural(made.length, { one: '# variante na lista.', other: '# variantes na lista.' }))
          }}
        >
          {plural(count, { one: 'Gerar # combinação', other: 'Gerar # combinações' })}
        </Button>
      </div>
    </fieldset>
  )
}
