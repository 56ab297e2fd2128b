import { Badge, Field } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { User } from './data'

export function ActiveBadge({ active }: { active: boolean }) {
  return active ? (
    <Badge tone="good">
      <Trans>Ativo</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>Desativado</Trans>
    </Badge>
  )
}

/** Roles that every shop has, in the reader's language. */
export function roleName(role: string): string {
  switch (role) {
    case 'admin':
      return t`Administração`
    case 'staff':
      return t`Equipe`
    case 'customer':
      return t`Cliente`
    default:
      return role
  }
}

export function Roles({ of }: { of: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {of.map((role) => (
        <Badge key={role} tone={role === 'admin' ? 'brand' : 'neutral'}>
          {roleName(role)}
        </Badge>
      ))}
    </span>
  )
}

interface PersonFieldsProps {
  person: User | null
  error: (name: string) => string | undefined
}

/** Name, e-mail and what a shop knows of a person besides. */
export function PersonFields({ person, error }: PersonFieldsProps) {
  const { t } = useLingui()
  return (
    <>
      <Field
        label={t`Nome`}
        name="name"
        required
        maxLength={120}
        defaultValue={person?.name ?? ''}
        error={error('name')}
      />
      <Field
        label={t`E-mail`}
        type="email"
        name="email"
        required
        maxLength={254}
        defaultValue={person?.email ?? ''}
        error={error('email')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t`Telefone`}
          optional={t`opcional`}
          type="tel"
          name="phone"
          minLength={5}
          maxLength={32}
          defaultValue={person?.phone ?? ''}
          error={error('phone')}
        />
        <Field
          label={t`CPF ou CNPJ`}
          optional={t`opcional`}
          name="tax_id"
          minLength={5}
          maxLength={32}
          defaultValue={person?.tax_id ?? ''}
          error={error('tax_id')}
        />
      </div>
      <Field
        label={t`Número da loja`}
        optional={t`opcional`}
        hint={t`O que a pessoa tem no seu sistema.`}
        name="reference"
        maxLength={64}
        defaultValue={person?.reference ?? ''}
        error={error('reference')}
      />
    </>
  )
}
