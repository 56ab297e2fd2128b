import { Button, IconButton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { newKey, type AttributeKind, type AttributeRow } from './draft'

interface AttributesProps {
  attributes: AttributeRow[]
  onChange: (attributes: AttributeRow[]) => void
  error: string | undefined
}

const cell = 'control min-h-10! w-full'

export function Attributes({ attributes, onChange, error }: AttributesProps) {
  const { t } = useLingui()
  const kinds: [AttributeKind, string][] = [
    ['text', t`Texto`],
    ['number', t`Número`],
    ['flag', t`Sim ou não`],
    ['list', t`Lista`],
  ]
  const set = (key: string, part: Partial<AttributeRow>) =>
    onChange(attributes.map((one) => (one.key === key ? { ...one, ...part } : one)))
  return (
    <div className="grid gap-3">
      {attributes.length > 0 && (
        <ul className="grid gap-2">
          {attributes.map((row) => (
            <li
              key={row.key}
              className="grid grid-cols-[minmax(0,1fr)_minmax(0,7.5rem)_2.75rem] items-center gap-2 sm:grid-cols-[minmax(0,1fr)_7.5rem_minmax(0,2fr)_2.75rem]"
            >
              <input
                aria-label={t`Nome da característica`}
                placeholder={t`marca`}
                maxLength={100}
                value={row.name}
                onChange={(event) => set(row.key, { name: event.target.value })}
                className={cell}
              />
              <select
                aria-label={t`Tipo de ${row.name}`}
                value={row.kind}
                onChange={(event) => set(row.key, { kind: event.target.value as AttributeKind })}
                className={cell}
              >
                {kinds.map(([kind, words]) => (
                  <option key={kind} value={kind}>
                    {words}
                  </option>
                ))}
              </select>
              <span className="order-last col-span-3 sm:order-none sm:col-span-1">
                {row.kind === 'flag' ? (
                  <label className="flex min-h-10 items-center gap-2 text-sm">
                    <input
                      type="checkbox"
                      className="size-5"
                      checked={row.value === 'true'}
                      onChange={(event) => set(row.key, { value: event.target.checked ? 'true' : '' })}
                    />
                    <Trans>Sim</Trans>
                  </label>
                ) : (
                  <input
                    aria-label={t`Valor de ${row.name}`}
                    inputMode={row.kind === 'number' ? 'decimal' : undefined}
                    placeholder={row.kind === 'list' ? t`azul, preto, verde` : undefined}
                    maxLength={1000}
                    value={row.value}
                    onChange={(event) => set(row.key, { value: event.target.value })}
                    className={cell}
                  />
                )}
              </span>
              <IconButton
                icon="trash"
                label={t`Tirar ${row.name || t`a característica`}`}
                onClick={() => onChange(attributes.filter((one) => one.key !== row.key))}
              />
            </li>
          ))}
        </ul>
      )}
      {error && <p className="text-sm text-bad">{error}</p>}
      <Button
        look="secondary"
        size="small"
        icon="plus"
        className="justify-self-start"
        onClick={() => onChange([...attributes, { key: newKey(), name: '', kind: 'text', value: '' }])}
      >
        <Trans>Outra característica</Trans>
      </Button>
    </div>
  )
}
