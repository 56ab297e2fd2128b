import { api, ok, type Schemas } from '@commerce/api'
import { Trans, useLingui } from '@lingui/react/macro'
import { useAct } from '../../form/act'
import { useForm } from '../../form/read'
import { Sheet } from '../../form/sheet'
import { AmountFields, CardFields, readAmount } from './parts'

interface IssueSheetProps {
  close: () => void
  /** With the code, which nobody is told again. */
  made: (card: Schemas['IssuedGiftCard']) => void
}

export function IssueSheet({ close, made }: IssueSheetProps) {
  const { t } = useLingui()
  const issue = useAct(
    (body: Schemas['NewGiftCard']) => ok(api.POST('/api/v1/gift-cards', { body })),
    {
      refresh: [['credit']],
      done: (card) => {
        close()
        made(card)
      },
    },
  )
  const { onSubmit, error } = useForm<Schemas['NewGiftCard']>(
    (read) => {
      const expires_at = read.moment('expires_at')
      const note = read.text('note')
      return {
        amount: readAmount(read),
        ...(expires_at && { expires_at }),
        ...(note && { note }),
      }
    },
    issue.mutate,
    issue.error,
  )
  return (
    <Sheet
      title={t`Emitir vale-presente`}
      onClose={close}
      onSubmit={onSubmit}
      busy={issue.isPending}
      error={issue.error}
      does={<Trans>Emitir</Trans>}
    >
      <AmountFields error={error} />
      <CardFields error={error} />
    </Sheet>
  )
}
