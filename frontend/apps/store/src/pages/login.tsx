import { isProblem, session } from '@commerce/api'
import { Alert, Button, Field, problemText, useTitle, useUser } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, useRouter } from '@tanstack/react-router'
import { Narrow } from '../parts/page-head'
import { take } from '../parts/form'
import { loginRoute } from '../router'

export function LoginPage() {
  const { t } = useLingui()
  const { de } = loginRoute.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  const user = useUser()
  useTitle(t`Entrar`)
  const login = useMutation({
    mutationFn: ({ email, password }: Record<string, string>) =>
      session.login(email ?? '', password ?? ''),
    onSuccess: () => {
      void queries.invalidateQueries()
      router.history.push(de ?? '/conta')
    },
  })

  if (user && login.isIdle) return <Navigate to="/conta" replace />
  return (
    <Narrow title={<Trans>Entrar</Trans>}>
      <form className="grid gap-5" onSubmit={(event) => login.mutate(take(event))}>
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
        <Button type="submit" size="large" busy={login.isPending}>
          <Trans>Entrar</Trans>
        </Button>
        <p className="flex flex-wrap justify-between gap-3">
          <Link to="/esqueci-a-senha" className="link">
            <Trans>Esqueci a senha</Trans>
          </Link>
          <Link to="/cadastro" search={{ de }} className="link">
            <Trans>Ainda não tenho conta</Trans>
          </Link>
        </p>
      </form>
    </Narrow>
  )
}
