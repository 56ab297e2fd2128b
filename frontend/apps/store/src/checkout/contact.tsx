// Who buys: the customer, or a guest whom the shop has to be able to write to.

import type { SessionUser } from '@commerce/api'
import { Field } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'

export function Contact({ user }: { user: SessionUser | null }) {
  const { t } = useLingui()
  if (user) {
    return (
      <p>
        {user.name}
        <span className="block [overflow-wrap:anywhere] text-muted">{user.email}</span>
      </p>
    )
  }
  return (
    <div className="grid gap-4">
      <p className="text-muted">
        <Trans>
          Não é preciso ter conta.{' '}
          <Link to="/entrar" search={{ de: '/finalizar' }} className="link">
            Já tem? Entre
          </Link>{' '}
          e a sacola vai junto.
        </Trans>
      </p>
      <Field
        label={t`E-mail`}
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={254}
        hint={t`Para a confirmação e para acompanhar o pedido.`}
      />
    </div>
  )
}
