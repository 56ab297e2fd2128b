import { api, isProblem, ok } from '@commerce/api'
import { Alert, Button, buttonClass, Field, problemText, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { fieldError, take } from '../parts/form'
import { Narrow } from '../parts/page-head'
import { resetRoute } from '../router'

export function ForgotPage() {
  const { t } = useLingui()
  useTitle(t`Esqueci a senha`)
  const forgot = useMutation({
    mutationFn: ({ email = '' }: Record<string, string>) =>
      ok(api.POST('/api/v1/auth/password/forgot', { body: { email } })),
  })
  return (
    <Narrow title={<Trans>Esqueci a senha</Trans>}>
      {forgot.isSuccess ? (
        <Alert tone="good">
          <Trans>
            Se existe uma conta com este e-mail, uma mensagem está a caminho. O código vale por dez
            minutos.
          </Trans>
        </Alert>
      ) : (
        <form className="grid gap-5" onSubmit={(event) => forgot.mutate(take(event))}>
          {forgot.error && <Alert tone="bad">{problemText(forgot.error)}</Alert>}
          <Field
            label={t`E-mail da conta`}
            name="email"
            type="email"
            autoComplete="email"
            required
          />
          <Button type="submit" size="large" busy={forgot.isPending}>
            <Trans>Receber o código</Trans>
          </Button>
        </form>
      )}
      <p className="mt-6">
        <Link to="/nova-senha" search={{}} className="link">
          <Trans>Já tenho o código</Trans>
        </Link>
      </p>
    </Narrow>
  )
}

export function ResetPage() {
  const { t } = useLingui()
  const { token } = resetRoute.useSearch()
  useTitle(t`Nova senha`)
  const reset = useMutation({
    mutationFn: ({ code = '', password = '' }: Record<string, string>) =>
      ok(api.POST('/api/v1/auth/password/reset', { body: { token: code, password } })),
  })
  const badToken =
    isProblem(reset.error, 'token_not_accepted') || fieldError(reset.error, 'token')
  return (
    <Narrow title={<Trans>Nova senha</Trans>}>
      {reset.isSuccess ? (
        <div className="grid gap-5">
          <Alert tone="good">
            <Trans>A senha foi trocada, e as sessões de antes terminaram.</Trans>
          </Alert>
          <Link to="/entrar" className={buttonClass('primary', 'large')}>
            <Trans>Entrar</Trans>
          </Link>
        </div>
      ) : (
        <form className="grid gap-5" onSubmit={(event) => reset.mutate(take(event))}>
          {reset.error && !badToken && !fieldError(reset.error, 'password') && (
            <Alert tone="bad">{problemText(reset.error)}</Alert>
          )}
          <Field
            label={t`Código recebido por e-mail`}
            name="code"
            defaultValue={token}
            autoComplete="one-time-code"
            required
            minLength={43}
            maxLength={44}
            error={badToken ? t`O código não vale, ou já passou do tempo.` : undefined}
          />
          <Field
            label={t`Nova senha`}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            maxLength={128}
            hint={t`Ao menos 8 caracteres. Uma frase é melhor que uma palavra.`}
            error={fieldError(reset.error, 'password')}
          />
          <Button type="submit" size="large" busy={reset.isPending}>
            <Trans>Trocar a senha</Trans>
          </Button>
        </form>
      )}
    </Narrow>
  )
}
