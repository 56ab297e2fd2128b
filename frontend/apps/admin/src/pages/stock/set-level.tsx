import { api, ok } from '@commerce/api'
import { Button, Dialog, ErrorState, Field, Loading, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { level as levelQuery, variantText, type Level } from '../../data/stock'
import { SaveProblem } from '../../form/conflict'
import { focusFirst } from '../../form/focus'
import { fieldErrors } from '../../form/problems'
import { take } from '../../form/take'
import { useChanged } from '../../live'
import { useState } from 'react'

export function SetLevel({ level, onClose }: { level: Level | null; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={level !== null} onClose={onClose} title={t`Definir quantidade e mínimo`}>
      {level && <SetForm variant={level.variant_id} location={level.location_id} onClose={onClose} />}
    </Dialog>
  )
}

/** What was seen is what is replaced: the gateway refuses when it has moved
 * since the dialog was opened. */
function SetForm({ variant, location, onClose }: { variant: number; location: number; onClose: () => void }) {
  const { t } = useLingui()
  const query = useQuery({ ...levelQuery(variant, location), refetchInterval: false })
  const [seen, setSeen] = useState<Level>()
  if (query.data && !seen) setSeen(query.data)
  const changed = useChanged()
  const save = useMutation({
    mutationFn: ({ on_hand, threshold, reason }: Record<string, string>) =>
      ok(
        api.PUT('/api/v1/stock/{variant_id}/{location_id}', {
          params: {
            path: { variant_id: variant, location_id: location },
            header: { 'If-Match': `"${seen?.version}"` },
          },
          body: {
            on_hand: Number(on_hand),
            threshold: Number(threshold),
            ...(reason && { reason }),
          },
        }),
      ),
    onSuccess: async () => {
      toast(t`Guardado.`)
      onClose()
      await changed(['stock'])
    },
  })
  const reload = async () => {
    const { data } = await query.refetch()
    if (data) setSeen(data)
    save.reset()
  }
  const at = fieldErrors(save.error)
  if (query.error && !seen) return <ErrorState error={query.error} retry={() => query.refetch()} />
  if (!seen) return <Loading />
  return (
    <form
      key={seen.version}
      ref={focusFirst}
      className="grid gap-4 sm:grid-cols-2"
      onSubmit={(event) => save.mutate(take(event))}
    >
      <p className="font-semibold sm:col-span-2">{variantText(seen)}</p>
      <div className="sm:col-span-2">
        <SaveProblem error={save.error} fields={['/on_hand', '/threshold', '/reason']} onReload={() => void reload()} />
      </div>
      <Field
        label={t`Em estoque`}
        name="on_hand"
        type="number"
        min={0}
        required
        defaultValue={seen.on_hand}
        hint={t`${seen.reserved} reservados por pedidos`}
        error={at('/on_hand')}
      />
      <Field
        label={t`Mínimo`}
        name="threshold"
        type="number"
        min={0}
        required
        defaultValue={seen.threshold}
        hint={t`Com isto ou menos, avisa.`}
        error={at('/threshold')}
      />
      <Field
        className="sm:col-span-2"
        label={t`Motivo`}
        optional={t`opcional`}
        name="reason"
        maxLength={500}
        error={at('/reason')}
      />
      <Button type="submit" busy={save.isPending} className="justify-self-end sm:col-span-2">
        <Trans>Guardar</Trans>
      </Button>
    </form>
  )
}
