// A gift card by mail: with a code that only the mail tells.

import { api, ok, type Schemas } from '@commerce/api'
import { Alert, Field, SelectField, TextAreaField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { ifMatch, useAct, useKeyOf } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import type { Credit } from './data'

export function MailSheet({ of: card, close }: { of: Credit; close: () => void }) {
  const { t } = useLingui()
  const keyOf = useKeyOf()
  const send = useAct(
    (body: Schemas['GiftCardMail']) =>
      ok(
        api.POST('/api/v1/gift-cards/{id}/mail', {
          params: {
            path: { id: card.id },
            header: { ...ifMatch(card), 'Idempotency-Key': keyOf([body, card.version]) },
          },
          body,
        }),
      ),
    {
      refresh: [['credit']],
      done: () => {
        close()
        toast(t`O vale está a caminho.`)
      },
    },
  )
  const { onSubmit, error } = useForm<Schemas['GiftCardMail']>(
    (read) => ({
      email: read.words('email'),
      name: read.text('name') ?? undefined,
      giver: read.text('giver') ?? undefined,
      message: read.text('message') ?? undefined,
      language: read.text('language') === 'en' ? 'en' : 'pt-BR',
    }),
    send.mutate,
    send.error,
  )
  return (
    <Sheet
      title={t`Enviar por e-mail`}
      onClose={close}
      onSubmit={onSubmit}
      busy={send.isPending}
      error={send.error}
      does={<Trans>Enviar</Trans>}
    >
      <Alert tone="info">
        <Trans>O vale ganha um código novo, que só a mensagem conta; o de antes deixa de valer.</Trans>
      </Alert>
      <Field
        label={t`E-mail`}
        type="email"
        name="email"
        required
        maxLength={254}
        autoComplete="off"
        error={error('email')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t`Quem recebe`}
          optional={t`opcional`}
          name="name"
          maxLength={200}
          autoComplete="off"
          error={error('name')}
        />
        <Field
          label={t`Quem dá`}
          optional={t`opcional`}
          name="giver"
          maxLength={200}
          autoComplete="off"
          error={error('giver')}
        />
      </div>
      <TextAreaField
        label={t`Recado`}
        optional={t`opcional`}
        name="message"
        rows={3}
        maxLength={1000}
        error={error('message')}
      />
      <SelectField label={t`Idioma`} name="language">
        <option value="pt-BR">Português</option>
        <option value="en">English</option>
      </SelectField>
    </Sheet>
  )
}
