// The messages that the shop sends, as they would look.

import { api, ok } from '@commerce/api'
import { EmptyState, ErrorState, Loading, SelectField, Skeleton } from '@commerce/ui'
import { t } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Page } from '../../frame/page'

export function MailPage() {
  const { t, i18n } = useLingui()
  const templates = useQuery({
    queryKey: ['mail-templates'],
    queryFn: async ({ signal }) =>
      (await ok(api.GET('/api/v1/admin/mail-templates', { signal }))).templates,
  })
  const [name, setName] = useState<string>()
  const [language, setLanguage] = useState(i18n.locale === 'en' ? 'en' : 'pt-BR')
  const names = [...new Set((templates.data ?? []).map((one) => one.name))]
  const chosen = name ?? names[0]
  return (
    <Page title={t`Mensagens`} note={t`O que a loja envia, com dados inventados.`}>
      {templates.error && !templates.data ? (
        <ErrorState error={templates.error} retry={() => templates.refetch()} />
      ) : !templates.data ? (
        <Loading />
      ) : chosen === undefined ? (
        <EmptyState title={<Trans>A loja não envia e-mails</Trans>}>
          <Trans>Isto se liga na configuração do nginx, com commerce_mail.</Trans>
        </EmptyState>
      ) : (
        <>
          <div className="mb-5 flex flex-wrap gap-4">
            <SelectField
              className="w-full sm:w-72"
              label={t`Mensagem`}
              value={chosen}
              onChange={(event) => setName(event.target.value)}
            >
              {names.map((one) => (
                <option key={one} value={one}>
                  {mailName(one)}
                </option>
              ))}
            </SelectField>
            <SelectField
              className="w-full sm:w-48"
              label={t`Idioma`}
              value={language}
              onChange={(event) => setLanguage(event.target.value)}
            >
              <option value="pt-BR">Português</option>
              <option value="en">English</option>
            </SelectField>
          </div>
          <Preview name={chosen} language={language} />
        </>
      )}
    </Page>
  )
}

/** What a message is for, as far as it is known here. */
function mailName(name: string): string {
  const names: Record<string, string> = {
    confirm_email: t`Confirmar o e-mail`,
    change_email: t`Confirmar um e-mail novo`,
    email_changed: t`O e-mail mudou`,
    reset_password: t`Escolher outra senha`,
    password_changed: t`A senha mudou`,
    order_created: t`Pedido recebido`,
    order_paid: t`Pagamento confirmado`,
    order_shipped: t`Pedido enviado`,
    order_delivered: t`Pedido entregue`,
    order_canceled: t`Pedido cancelado`,
    order_reduced: t`Parte do pedido cancelada`,
    order_edited: t`Pedido alterado`,
    order_refunded: t`Valor devolvido`,
    back_in_stock: t`De volta ao estoque`,
    stock_low: t`Estoque baixo, para a equipe`,
    gift_card: t`Vale-presente`,
  }
  return names[name] ?? name
}

function Preview({ name, language }: { name: string; language: string }) {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery({
    queryKey: ['mail-templates', name, language],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/admin/mail-templates/{name}', {
          signal,
          params: { path: { name } },
          headers: { 'Accept-Language': language },
        }),
      ),
  })
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />
  if (!data) return <Skeleton className="h-96" />
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
      <section className="card overflow-hidden">
        <h2 className="border-b border-line px-5 py-3 font-semibold">{data.subject}</h2>
        <Rendered html={data.html} label={t`A mensagem como aparece`} />
      </section>
      <section className="card p-5">
        <h2 className="mb-3 text-lg font-semibold">
          <Trans>Só texto</Trans>
        </h2>
        <pre className="overflow-x-auto text-sm whitespace-pre-wrap">{data.text}</pre>
      </section>
    </div>
  )
}

const LOOK = 'data-look'
const UNWANTED = 'script, style, link, meta, base, iframe, object, embed, form, title'

/** A message with its own look, and with nothing that acts. It stands in a shadow
 * tree: a frame would inherit this page's content policy, which takes no styles
 * from attributes, not even while they are parsed; what a script sets it takes. */
function Rendered({ html, label }: { html: string; label: string }) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!host.current) return
    const shadow = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const parsed = new DOMParser().parseFromString(
      html.replace(/\sstyle=/gi, ` ${LOOK}=`),
      'text/html',
    )
    parsed.querySelectorAll(UNWANTED).forEach((one) => one.remove())
    const looks: [HTMLElement, string][] = []
    for (const one of parsed.querySelectorAll<HTMLElement>('*')) {
      const style = one.getAttribute(LOOK)
      if (style) looks.push([one, style])
      for (const { name } of [...one.attributes]) {
        if (name === LOOK || name.startsWith('on')) one.removeAttribute(name)
      }
    }
    for (const link of parsed.querySelectorAll('a')) link.target = '_blank'
    const body = document.createElement('div')
    body.style.cssText = looks.find(([one]) => one === parsed.body)?.[1] ?? ''
    body.append(...parsed.body.childNodes)
    shadow.replaceChildren(body)
    for (const [one, style] of looks) one.style.cssText = style
  }, [html])
  return <div ref={host} role="group" aria-label={label} className="overflow-x-auto" />
}
