import { isProblem, session } from '@commerce/api'
import { Alert, Button, Field, Logo, problemText, useTitle, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { Navigate, useRouter } from '@tanstack/react-router'
import { take } from '../../form/take'
import { login as route } from '../../frame/routes'

export function LoginPage() {
  const { t } = useLingui()
  const { de } = route.useSearch()
  const router = useRouter()
  const user = useUser()
  useTitle(t`Entrar`, t`Administração · Ipê`)
  const login = useMutation({
    mutationFn: ({ email, password }: Record<string, string>) =>
      session.login(email ?? '', password ?? ''),
    onSuccess: () => router.history.replace(`/admin${de ?? '/'}`),
  })

  if (user && login.isIdle) return <Navigate to="/" replace />
  return (
    <div className="grid min-h-dvh place-items-center bg-deep p-4">
      <main className="w-full max-w-sm rounded-card bg-surface p-6 shadow-float sm:p-8">
        <p className="mb-5 flex items-center gap-2.5 text-xl font-extrabold">
          <Logo className="size-9" />
          Ipê
        </p>
        <h1 className="mb-5 text-2xl font-bold">
          <Trans>Administração</Trans>
        </h1>
        <form className="grid gap-4" onSubmit={(event) => login.mutate(take(event))}>
          {login.error && (
            <Alert tone="bad">
              {isProblem(login.error, 'invalid_credentials') ? (
                <Trans>E-mail ou senha não conferem.</Trans>
              ) : (
                problemText(login.error)
              )}
            </Alert>
          )}
          <Field label={t`E-mail`} name="email" type="email" autoComplete="username" required />
          <Field
            label={t`Senha`}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" busy={login.isPending} className="mt-1">
            <Trans>Entrar</Trans>
          </Button>
        </form>
        <p className="mt-5 text-sm">
          <a href="/esqueci-a-senha" className="link">
            <Trans>Esqueci a senha</Trans>
          </a>
        </p>
      </main>
    </div>
  )
}
