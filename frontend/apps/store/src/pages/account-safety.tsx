import { api, isProblem, ok, session } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { Alert, Badge, Button, ErrorState, Field, problemText, Skeleton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { mySessions } from '../data'
import { fieldError, take } from '../parts/form'

export function SafetyPage() {
  return (
    <div className="grid gap-8">
      <h1 className="text-3xl font-bold">
        <Trans>Senha e sessões</Trans>
      </h1>
      <Password />
      <Sessions />
    </div>
  )
}

function Password() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const change = useMutation({
    mutationFn: async ({ current_password = '', new_password = '' }: Record<string, string>) => {
      await ok(api.PUT('/api/v1/me/password', { body: { current_password, new_password } }))
    },
    onSuccess: async () => {
      // The sessions of before have ended, this one too.
      await session.logout()
      await navigate({ to: '/entrar' })
    },
  })
  const wrong = isProblem(change.error, 'wrong_password')
  return (
    <section className="card p-5" aria-labelledby="senha">
      <h2 id="senha" className="mb-4 text-lg font-semibold">
        <Trans>Trocar a senha</Trans>
      </h2>
      <form className="grid max-w-md gap-4" onSubmit={(event) => change.mutate(take(event))}>
        {change.error && !wrong && !fieldError(change.error, 'new_password') && (
          <Alert tone="bad">{problemText(change.error)}</Alert>
        )}
        <Field
          label={t`Senha atual`}
          name="current_password"
          type="password"
          autoComplete="current-password"
          required
          error={wrong ? t`Não é a sua senha de agora.` : undefined}
        />
        <Field
          label={t`Nova senha`}
          name="new_password"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={128}
          hint={t`Depois da troca é preciso entrar de novo, em todos os aparelhos.`}
          error={fieldError(change.error, 'new_password')}
        />
        <Button type="submit" className="justify-self-start" busy={change.isPending}>
          <Trans>Trocar a senha</Trans>
        </Button>
      </form>
    </section>
  )
}

function Sessions() {
  const format = useFormat()
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(mySessions)
  const settled = () => queries.invalidateQueries({ queryKey: mySessions.queryKey })
  const end = useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })),
    onSettled: settled,
  })
  const endOthers = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/me/sessions')),
    onSettled: settled,
  })
  return (
    <section aria-labelledby="sessoes">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 id="sessoes" className="text-lg font-semibold">
          <Trans>Onde você está conectado</Trans>
        </h2>
        {data && data.length > 1 && (
          <Button
            look="secondary"
            size="small"
            busy={endOthers.isPending}
            onClick={() => endOthers.mutate()}
          >
            <Trans>Encerrar as outras</Trans>
          </Button>
        )}
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <Skeleton className="h-24 rounded-card" />
      ) : (
        <ul className="card divide-y divide-line">
          {data.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center justify-between gap-3 p-4">
              <div className="min-w-0">
                <p className="flex items-center gap-2 font-medium">
                  <span className="truncate">{device(one.user_agent)}</span>
                  {one.current && (
                    <Badge tone="good">
                      <Trans>Este</Trans>
                    </Badge>
                  )}
                </p>
                <p className="text-sm text-muted">
                  <Trans>
                    {one.address} · usada {format.dateTime(one.last_used_at)}
                  </Trans>
                </p>
              </div>
              {!one.current && (
                <Button
                  look="quiet"
                  size="small"
                  busy={end.isPending && end.variables === one.id}
                  onClick={() => end.mutate(one.id)}
                >
                  <Trans>Encerrar</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** "Firefox · Linux": what people know of their devices. */
function device(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1]
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(agent)?.[1]
  const known = { Edg: 'Edge', OPR: 'Opera' } as Record<string, string>
  return [browser && (known[browser] ?? browser), system].filter(Boolean).join(' · ') || agent
}
