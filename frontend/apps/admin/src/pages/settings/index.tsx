// What may be changed while the shop runs, each by itself and at once.

import { api, isProblem, ok, type Schemas } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Badge, Button, ErrorState, Skeleton, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ActError, useAct, useSeen } from '../../form/act'
import { Page } from '../../frame/page'
import { Card } from '../../parts/card'
import { Control, type Rule, type Value } from './control'
import { boundText, groups, optionName, settingWords } from './words'

type Setting = Schemas['Setting']

/** Of the shop's own upkeep: nobody reads them here. */
const HIDDEN = ['payments.lease']

export function SettingsPage() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery({
    queryKey: ['settings'],
    queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/admin/settings', { signal }))).data,
  })
  const known = new Set([...groups().flatMap(({ keys }) => keys), ...HIDDEN])
  const others = data?.filter(({ key }) => !known.has(key)) ?? []
  return (
    <Page title={t`Ajustes da loja`} note={t`Cada um vale assim que é guardado.`} narrow>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-96" />
      ) : (
        <div className="grid gap-5">
          {groups().map(({ title, keys }) => (
            <Card key={title} title={title}>
              {keys.flatMap((key) => data.filter((one) => one.key === key)).map((one) => (
                <SettingForm key={one.key} setting={one} />
              ))}
            </Card>
          ))}
          {others.length > 0 && (
            <Card title={<Trans>Outros</Trans>}>
              {others.map((one) => (
                <SettingForm key={one.key} setting={one} />
              ))}
            </Card>
          )}
        </div>
      )}
    </Page>
  )
}

function SettingForm({ setting }: { setting: Setting }) {
  const { t } = useLingui()
  const format = useFormat()
  const seen = useSeen(setting)
  const [value, setValue] = useState(setting.value as Value)
  const words = settingWords(setting.key)
  const save = useAct(
    () =>
      ok(
        api.PUT('/api/v1/admin/settings/{key}', {
          params: { path: { key: setting.key } },
          headers: seen.header(),
          body: { value: sent(value) },
        }),
      ),
    {
      refresh: [['settings']],
      seen,
      done: (now) => {
        seen.saved(now)
        setValue(now.value as Value)
        toast(t`Guardado.`)
      },
    },
  )
  if (setting.fixed) {
    return (
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line pt-4 first:border-0 first:pt-0">
        <div>
          <p className="text-sm font-semibold">{words.name}</p>
          {words.hint && <p className="text-sm text-muted">{words.hint}</p>}
        </div>
        <p className="flex items-center gap-2">
          {typeof setting.value === 'string' ? optionName(setting.value) : JSON.stringify(setting.value)}
          <Badge>
            <Trans>Fixo</Trans>
          </Badge>
        </p>
      </div>
    )
  }
  const changed = JSON.stringify(sent(value)) !== JSON.stringify(seen.base.value)
  return (
    <form
      className="grid gap-3 border-t border-line pt-4 first:border-0 first:pt-0"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Control
        label={words.name}
        hint={words.hint}
        rule={setting.rule as Rule}
        value={value}
        onChange={setValue}
        error={isProblem(save.error, 'invalid_setting') ? limits(save.error.message, setting.rule as Rule) : undefined}
      />
      {!isProblem(save.error, 'invalid_setting') && <ActError error={save.error} />}
      {changed ? (
        <div className="flex gap-2">
          <Button type="submit" size="small" busy={save.isPending}>
            <Trans>Guardar</Trans>
          </Button>
          <Button
            look="quiet"
            size="small"
            onClick={() => {
              setValue(seen.base.value as Value)
              save.reset()
            }}
          >
            <Trans>Desfazer</Trans>
          </Button>
        </div>
      ) : (
        seen.base.version > 1 && (
          <p className="text-sm text-muted">
            <Trans>Mudou em {format.dateTime(seen.base.updated_at)}</Trans>
          </p>
        )
      )}
    </form>
  )
}

/** Without lines that say nothing. */
function sent(value: Value): Value {
  return Array.isArray(value) ? value.filter(Boolean) : value
}

function limits(message: string, { min, max }: Rule): string {
  return min === undefined || max === undefined
    ? message
    : `${message}: ${boundText(min)} – ${boundText(max)}`
}
