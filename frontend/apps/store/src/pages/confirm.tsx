import { api, ok } from '@commerce/api'
import { Alert, Button, Field, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { take } from '../parts/form'
import { Narrow } from '../parts/page-head'
import { confirmRoute } from '../router'

/** A button, because programs that open links of mails must not confirm. */
export function ConfirmPage() {
  const { t } = useLingui()
  const { token } = confirmRoute.useSearch()
  const queries = useQueryClient()
  useTitle(t`Confirmar e-mail`)
  const confirm = useMutation({
    mutationFn: ({ code = '' }: Record<string, string>) =>
      ok(api.POST('/api/v1/auth/email/confirm', { body: { token: code } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['me'] }),
  })
  return (
    <Narrow title={<Trans>Confirmar e-mail</Trans>}>
      {confirm.isSuccess ? (
        <Alert tone="good">
          <Trans>Obrigado: o seu e-mail está confirmado.</Trans>
        </Alert>
      ) : (
        <form className="grid gap-5" onSubmit={(event) => confirm.mutate(take(event))}>
          <Field
            label={t`Código recebido por e-mail`}
            name="code"
            defaultValue={token}
            required
            minLength={43}
            maxLength={44}
            error={confirm.error ? t`O código não vale, ou já passou do tempo.` : undefined}
          />
          <Button type="submit" size="large" busy={confirm.isPending}>
            <Trans>Confirmar</Trans>
          </Button>
        </form>
      )}
    </Narrow>
  )
}
