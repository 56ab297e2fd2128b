import { Alert, Button, Dialog, Field } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import { useState } from 'react'

interface ToldOnceProps {
  title: string
  /** What the value is. */
  label: string
  value: string
  close: () => void
}

/** The only time that a secret is seen. */
export function ToldOnce({ title, label, value, close }: ToldOnceProps) {
  const [copied, setCopied] = useState(false)
  return (
    <Dialog open onClose={close} title={title}>
      <Alert tone="warn">
        <Trans>Guarde-o agora: ele não aparece de novo.</Trans>
      </Alert>
      <Field
        label={label}
        readOnly
        value={value}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <div className="flex flex-wrap justify-end gap-3">
        <Button
          look="secondary"
          icon={copied ? 'check' : undefined}
          onClick={() => {
            void navigator.clipboard?.writeText(value).then(() => setCopied(true))
          }}
        >
          {copied ? <Trans>Copiado</Trans> : <Trans>Copiar</Trans>}
        </Button>
        <Button onClick={close}>
          <Trans>Guardei</Trans>
        </Button>
      </div>
    </Dialog>
  )
}
