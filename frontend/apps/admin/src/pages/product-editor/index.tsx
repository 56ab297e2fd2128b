// All of a product on one page. What is typed is a draft until it is saved; the
// shop refuses it when somebody else was faster, and the person decides.

import { api, isProblem, ok, Problem } from '@commerce/api'
import { Badge, Button, EmptyState, ErrorState, Field, Loading, problemText, SelectField, TextAreaField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useBlocker, useNavigate } from '@tanstack/react-router'
import { useState, type Dispatch, type ReactNode, type SetStateAction } from 'react'
import { product as productQuery, related as relatedQuery, statuses, variants as variantsQuery, type Product, type Related, type Status, type Variant } from '../../data/catalog'
import { SaveProblem } from '../../form/conflict'
import { fieldErrors } from '../../form/problems'
import { confirm } from '../../frame/confirm'
import { Page } from '../../frame/page'
import { live, useChanged } from '../../live'
import { statusText, statusTone } from '../../parts/labels'
import { Menu, MenuItem } from '../../parts/menu'
import { Section } from '../../parts/section'
import { Attributes } from './attributes'
import { Categories } from './categories'
import { bodyOfNew, draftOf, emptyDraft, patchOf, type Draft } from './draft'
import { Images } from './images'
import { ProductLevels } from './levels'
import { RelatedProducts } from './related'
import { Variants } from './variants'

const route = getRouteApi('/shell/produtos/$id')
const SHOWN = ['/name', '/slug', '/description', '/status', '/category_ids', '/variants', '/images', '/attributes', '/related_ids', '/sku', '/price']

function useCrumbs() {
  const { t } = useLingui()
  return [{ to: '/produtos', label: t`Produtos` }]
}

export function ProductPage() {
  const { id } = route.useParams()
  const crumbs = useCrumbs()
  const one = useQuery({ ...productQuery(id), ...live('products') })
  const all = useQuery(variantsQuery(id))
  const chosen = useQuery(relatedQuery(id))
  const error = one.error ?? all.error ?? chosen.error
  if (error && !(one.data && all.data && chosen.data)) {
    return isProblem(error) && error.status === 404 ? (
      <EmptyState page icon="search" title={<Trans>Este produto não existe</Trans>} />
    ) : (
      <ErrorState page error={error} retry={() => Promise.all([one.refetch(), all.refetch(), chosen.refetch()])} />
    )
  }
  if (!one.data || !all.data || !chosen.data) return <Loading />
  return <Editor key={one.data.id} product={one.data} variants={all.data} related={chosen.data} crumbs={crumbs} />
}

export function NewProductPage() {
  const { t } = useLingui()
  const navigate = useNavigate()
  const changed = useChanged()
  const crumbs = useCrumbs()
  const [blank] = useState(emptyDraft)
  const [draft, setDraft] = useState(blank)
  const create = useMutation({
    mutationFn: () => ok(api.POST('/api/v1/products', { body: bodyOfNew(draft) })),
    onSuccess: async (made) => {
      toast(t`${made.name} foi criado.`)
      await changed(['products'], ['stock'])
      await navigate({ to: '/produtos/$id', params: { id: String(made.id) }, ignoreBlocker: true })
    },
  })
  useGuard(patchOf(blank, draft) !== undefined && !create.isPending && !create.isSuccess)
  return (
    <Page title={t`Novo produto`} crumbs={crumbs}>
      <Form
        draft={draft}
        setDraft={setDraft}
        error={create.error}
        problem={<SaveProblem error={create.error} fields={SHOWN} onReload={create.reset} />}
        busy={create.isPending}
        save={() => create.mutate()}
        saveText={t`Criar produto`}
      />
    </Page>
  )
}

interface EditorProps {
  product: Product
  variants: Variant[]
  related: Related[]
  crumbs: { to: string; label: string }[]
}

function Editor({ product, variants, related, crumbs }: EditorProps) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const changed = useChanged()
  const navigate = useNavigate()
  // What the draft was made from; later news from the shop do not touch it.
  const [base, setBase] = useState({ product, variants, related })
  const before = draftOf(base.product, base.variants, base.related)
  const [draft, setDraft] = useState(before)
  const patch = patchOf(before, draft)
  const stale = product.version !== base.product.version

  const adopt = async () => {
    const id = String(product.id)
    const [fresh, all, chosen] = await Promise.all([
      queries.fetchQuery({ ...productQuery(id), staleTime: 0 }),
      queries.fetchQuery({ ...variantsQuery(id), staleTime: 0 }),
      queries.fetchQuery({ ...relatedQuery(id), staleTime: 0 }),
    ])
    setBase({ product: fresh, variants: all, related: chosen })
    setDraft(draftOf(fresh, all, chosen))
    save.reset()
  }
  const save = useMutation({
    mutationFn: (version: number) =>
      ok(
        api.PATCH('/api/v1/products/{id}', {
          params: {
            path: { id: String(product.id) },
            header: { 'If-Match': `"${version}"` },
          },
          body: patch ?? {},
        }),
      ),
    onSuccess: async () => {
      await changed(['products', 'list'], ['stock'])
      await adopt()
      toast(t`Guardado.`)
    },
  })
  const overwrite = async () => {
    const fresh = await queries.fetchQuery({ ...productQuery(String(product.id)), staleTime: 0 })
    save.mutate(fresh.version)
  }
  useGuard(patch !== undefined && !save.isPending)

  const remove = async () => {
    const yes = await confirm({
      title: t`Apagar ${product.name}?`,
      text: t`Só se apaga o que nunca foi vendido e não tem estoque. Isto não se desfaz.`,
      action: t`Apagar`,
      danger: true,
    })
    if (!yes) return
    try {
      await ok(
        api.DELETE('/api/v1/products/{id}', {
          params: { path: { id: String(product.id) }, header: { 'If-Match': `"${product.version}"` } },
        }),
      )
      toast(t`${product.name} foi apagado.`)
      await navigate({ to: '/produtos', ignoreBlocker: true })
      queries.removeQueries({ queryKey: ['products', 'one', String(product.id)] })
      await changed(['products', 'list'])
    } catch (error) {
      toast(problemText(error))
    }
  }

  return (
    <Page
      title={product.name}
      crumbs={crumbs}
      mark={<Badge tone={statusTone[product.status]}>{statusText(product.status)}</Badge>}
      actions={
        <>
          {product.status === 'active' && (
            <a
              href={`/produto/${product.slug}`}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-9 items-center px-2 text-sm link"
            >
              <Trans>Ver na loja</Trans>
            </a>
          )}
          <Menu bare label={t`Mais ações`} glyph="dots" onAction={() => void remove()}>
            <MenuItem id="delete" danger>{t`Apagar…`}</MenuItem>
          </Menu>
        </>
      }
    >
      <Form
        draft={draft}
        setDraft={setDraft}
        error={save.error}
        problem={
          <SaveProblem
            error={save.error ?? (stale && patch && !save.isPending ? STALE : null)}
            fields={SHOWN}
            onReload={() => void adopt()}
            onOverwrite={() => void overwrite()}
          />
        }
        busy={save.isPending}
        save={patch && (() => save.mutate(base.product.version))}
        saveText={t`Guardar`}
        discard={patch && (() => setDraft(before))}
        levels={<ProductLevels id={product.id} />}
        id={product.id}
      />
    </Page>
  )
}

/** Said before it comes to a refusal: the page follows the product. */
const STALE = new Problem(412, { code: 'version_mismatch' })

/** Nobody leaves with unsaved work by mistake. */
function useGuard(dirty: boolean) {
  const { t } = useLingui()
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: dirty,
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname &&
      !(await confirm({
        title: t`Sair sem guardar?`,
        text: t`O que você mudou nesta página se perde.`,
        action: t`Sair sem guardar`,
        danger: true,
      })),
  })
}

interface FormProps {
  draft: Draft
  setDraft: Dispatch<SetStateAction<Draft>>
  error: unknown
  problem: ReactNode
  busy: boolean
  /** Nothing to save without it. */
  save?: (() => void) | undefined
  saveText: string
  discard?: (() => void) | undefined
  levels?: ReactNode
  /** Of one that the shop has. */
  id?: number
}

function Form({ draft, setDraft, error, problem, busy, save, saveText, discard, levels, id }: FormProps) {
  const { t } = useLingui()
  const at = fieldErrors(error)
  const [sending, setSending] = useState(false)
  const set = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  return (
    <form
      className="max-w-7xl"
      onSubmit={(event) => {
        event.preventDefault()
        save?.()
      }}
    >
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="grid min-w-0 gap-4">
          <Section title={t`Apresentação`}>
            <Field
              label={t`Nome`}
              maxLength={200}
              required
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
              error={at('/name')}
            />
            <TextAreaField
              label={t`Descrição`}
              rows={6}
              maxLength={20000}
              value={draft.description}
              onChange={(event) => set({ description: event.target.value })}
              error={at('/description')}
            />
          </Section>
          <Section title={t`Variantes`}>
            <Variants draft={draft} set={set} at={at} />
          </Section>
          <Section title={t`Imagens`}>
            <Images
              images={draft.images}
              onChange={(next) => setDraft((now) => ({ ...now, images: next(now.images) }))}
              at={at}
              onBusy={setSending}
            />
          </Section>
          <Section title={t`Características`}>
            <Attributes
              attributes={draft.attributes}
              onChange={(attributes) => set({ attributes })}
              error={at('/attributes')}
            />
          </Section>
          <Section title={t`Produtos relacionados`}>
            <RelatedProducts
              of={id}
              related={draft.related}
              onChange={(related) => set({ related })}
              error={at('/related_ids')}
            />
          </Section>
        </div>
        <div className="grid min-w-0 gap-4">
          <Section title={t`Na loja`}>
            <SelectField
              label={t`Situação`}
              value={draft.status}
              onChange={(event) => set({ status: event.target.value as Status })}
              error={at('/status')}
            >
              {statuses.map((one) => (
                <option key={one} value={one}>
                  {statusText(one)}
                </option>
              ))}
            </SelectField>
            <Field
              label={t`Endereço`}
              optional={t`feito do nome`}
              maxLength={120}
              pattern="(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*"
              value={draft.slug}
              onChange={(event) => set({ slug: event.target.value })}
              hint={t`Letras minúsculas, algarismos e hifens.`}
              error={at('/slug')}
            />
          </Section>
          <Section title={t`Categorias`}>
            <Categories
              categories={draft.categories}
              onChange={(categories) => set({ categories })}
              error={at('/category_ids')}
            />
          </Section>
          {levels}
        </div>
      </div>

      <div className="sticky bottom-0 z-20 mt-4 grid gap-3 border-t border-line bg-canvas py-3">
        {problem}
        <div className="flex flex-wrap items-center justify-end gap-3">
          {discard && (
            <Button look="quiet" onClick={discard}>
              <Trans>Desfazer as mudanças</Trans>
            </Button>
          )}
          <Button type="submit" disabled={!save || sending} busy={busy}>
            {saveText}
          </Button>
        </div>
      </div>
    </form>
  )
}
