import { useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { Narrow } from '../parts/page-head'

export function CreditsPage() {
  const { t } = useLingui()
  useTitle(t`Créditos`)
  const rows: { what: string; who: string; licence: string; link?: string }[] = [
    {
      what: t`Flores do início e marca`,
      who: t`Desenhadas para esta loja`,
      licence: 'BSD 2-Clause',
    },
    {
      what: t`Ícones e figura de quem não tem foto`,
      who: t`Desenhados para esta loja`,
      licence: 'BSD 2-Clause',
    },
    {
      what: t`Ilustrações dos produtos`,
      who: t`Desenhadas para esta loja`,
      licence: 'BSD 2-Clause',
    },
    {
      what: t`Letra Figtree`,
      who: 'Erik Kennedy',
      licence: 'SIL Open Font License 1.1',
      link: 'https://github.com/erikdkennedy/figtree',
    },
    {
      what: 'React',
      who: 'Meta Platforms, Inc.',
      licence: 'MIT',
      link: 'https://react.dev',
    },
    {
      what: 'TanStack Router, TanStack Query',
      who: 'Tanner Linsley',
      licence: 'MIT',
      link: 'https://tanstack.com',
    },
    { what: 'Lingui', who: 'Crowdin', licence: 'MIT', link: 'https://lingui.dev' },
    {
      what: 'Stripe.js',
      who: 'Stripe, Inc.',
      licence: 'MIT',
      link: 'https://github.com/stripe/stripe-js',
    },
    {
      what: 'openapi-fetch',
      who: 'Drew Powers',
      licence: 'MIT',
      link: 'https://openapi-ts.dev',
    },
  ]
  return (
    <Narrow title={<Trans>Créditos</Trans>}>
      <p className="mb-6 text-muted">
        <Trans>De onde vem o que você vê, e sob que licença.</Trans>
      </p>
      <ul className="grid gap-3">
        {rows.map((row) => (
          <li key={row.what} className="card p-4">
            <h2 className="font-semibold">{row.what}</h2>
            <p className="text-muted">
              {row.link ? (
                <a href={row.link} rel="noreferrer" className="link">
                  {row.who}
                </a>
              ) : (
                row.who
              )}{' '}
              · {row.licence}
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-8 text-sm text-muted">
        <Trans>Os nomes e os produtos desta loja são inventados.</Trans>
      </p>
    </Narrow>
  )
}
