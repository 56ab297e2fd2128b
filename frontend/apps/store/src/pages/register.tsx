import { api, isProblem, ok, session } from '@commerce/api'
import { Alert, Button, Field, problemText, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { fieldError, take } from '../parts/form'
import { Narrow } from '../parts/page-head'
import { registerRoute } from '../router'

export function RegisterPage() {
  const { t } = useLingui()
  const { de } = registerRoute.useSearch()
  const router = useRouter()
  const queries = useQueryClient()
  useTitle(t`Criar conta`)
  const register = useMutation({
    mutationFn: async ({ name = '', email = '', password = '' }: Record<string, string>) => {
      await ok(api.POST('/api/v1/auth/register', { body: { name, email, password } }))
      await session.login(email, password)
    },
    onSuccess: () => {
      void queries.invalidateQueries()
      router.history.push(de ?? '/conta')
    },
  })
  const taken = isProblem(register.error, 'email_taken')
  const atField = ['name', 'email', 'password'].some((name) => fieldError(register.error, name))

  return (
    <Narrow title={<Trans>Criar conta</Trans>}>
      <form className="grid gap-5" onSubmit={(event) => register.mutate(take(event))}>
        {register.error && !taken && !atField && (
          <Alert tone="bad">{problemText(register.error)}</Alert>
        )}
        <Field
          label={t`Nome`}
          name="name"
          autoComplete="name"
          required
          maxLength={120}
          error={fieldError(register.error, 'name')}
        />
        <Field
          label={t`E-mail`}
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          error={taken ? t`Já existe uma conta com este e-mail.` : fieldError(register.error, 'email')}
        />
        <Field
          label={t`Senha`}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={128}
          hint={t`Ao menos 8 caracteres. Uma frase é melhor que uma palavra.`}
          error={fieldError(register.error, 'password')}
        />
        <Button type="submit" size="large" busy={register.isPending}>
          <Trans>Criar conta</Trans>
        </Button>
        <p>
          <Link to="/entrar" search={{ de }} className="link">
            <Trans>Já tenho conta</Trans>
          </Link>
        </p>
      </form>
    </Narrow>
  )
}
