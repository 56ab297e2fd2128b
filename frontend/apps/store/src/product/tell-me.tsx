import { api, isProblem, ok } from '@commerce/api'
import { Alert, Button, Field, problemText, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { take } from '../parts/form'

/** In place of the bag when goods are gone: one mail when they are there again. */
export function TellMe({ variant }: { variant: number }) {
  const { t } = useLingui()
  // Until it is known who asks, nobody is asked for an address.
  const user = useUser()
  const queries = useQueryClient()
  const ask = useMutation({
    mutationFn: (email: string | undefined) =>
      ok(api.POST('/api/v1/stock-notices', { body: { variant_id: variant, ...(email ? { email } : {}) } })),
    onError: (error) => {
      if (isProblem(error, 'available_now')) void queries.invalidateQueries({ queryKey: ['product'] })
    },
  })
  if (ask.data) {
    return (
      <Alert tone="good">
        <Trans>Combinado: quando voltar, escrevemos para {ask.data.email}.</Trans>
      </Alert>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => ask.mutate(take(event)['email'])
  return (
    <form className="card grid gap-3 p-4" onSubmit={submit}>
      <p className="font-semibold">
        <Trans>Acabou por enquanto.</Trans>
      </p>
      {user === null && (
        <Field label={t`E-mail`} name="email" type="email" autoComplete="email" required maxLength={254} />
      )}
      {ask.error && <Alert tone="bad">{problemText(ask.error)}</Alert>}
      <Button type="submit" look="secondary" icon="bell" busy={ask.isPending || user === undefined}>
        <Trans>Avise-me quando voltar</Trans>
      </Button>
    </form>
  )
}
