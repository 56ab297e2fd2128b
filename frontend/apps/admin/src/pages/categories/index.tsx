// The tree of categories. It is moved by dragging, with a mouse or by keyboard
// (Enter on the grip, arrows, Enter), or by the menu of each branch.

import { api, ok } from '@commerce/api'
import { Button, Dialog, EmptyState, ErrorState, Field, Icon, Loading, problemText, SelectField, TextAreaField, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Collection } from 'react-aria-components/Collection'
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree'
import { DropIndicator, useDragAndDrop } from 'react-aria-components/useDragAndDrop'
import { categoryTree, flatten, type Branch } from '../../data/catalog'
import { SaveProblem } from '../../form/conflict'
import { focusFirst } from '../../form/focus'
import { fieldErrors } from '../../form/problems'
import { take } from '../../form/take'
import { confirm } from '../../frame/confirm'
import { Glyph } from '../../frame/glyph'
import { Page } from '../../frame/page'
import { useChanged } from '../../live'
import { Menu, MenuItem } from '../../parts/menu'
import { allowed, childrenOf, find, writes, type Place } from './moves'

type Editing = { kind: 'new'; parent: number | null } | { kind: 'edit'; id: number } | { kind: 'move'; id: number }

export function CategoriesPage() {
  const { t } = useLingui()
  const changed = useChanged()
  const query = useQuery(categoryTree)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [expanded, setExpanded] = useState<Set<string | number>>(new Set())
  const tree = query.data ?? []

  const move = useMutation({
    mutationFn: async ({ id, place }: { id: number; place: Place }) => {
      for (const { id: one, version, ...body } of writes(tree, id, place)) {
        await ok(
          api.PATCH('/api/v1/categories/{id}', {
            params: { path: { id: String(one) }, header: { 'If-Match': `"${version}"` } },
            body,
          }),
        )
      }
    },
    onSuccess: (_, { id }) => toast(t`${find(tree, id)?.name ?? ''} mudou de lugar.`),
    onError: (error) => toast(problemText(error)),
    onSettled: () => changed(['categories']),
  })

  const { dragAndDropHooks } = useDragAndDrop<Branch>({
    getItems: (keys) =>
      [...keys].map((key) => ({ 'text/plain': find(tree, Number(key))?.name ?? '' })),
    getAllowedDropOperations: () => ['move'],
    shouldAcceptItemDrop: () => true,
    onMove: ({ keys, target }) => {
      const id = Number([...keys][0])
      const onto = find(tree, Number(target.key))
      if (!onto) return
      if (target.dropPosition === 'on') {
        setExpanded(new Set([...expanded, onto.id]))
        drop(id, { parent: onto.id, index: onto.children.length })
        return
      }
      const siblings = childrenOf(tree, onto.parent_id).filter((one) => one.id !== id)
      const at = siblings.findIndex((one) => one.id === onto.id)
      drop(id, { parent: onto.parent_id, index: target.dropPosition === 'before' ? at : at + 1 })
    },
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="h-0 outline-2 outline-transparent data-drop-target:outline-brand" />
    ),
  })
  const drop = (id: number, place: Place) => {
    if (!allowed(tree, id, place.parent)) toast(t`Uma categoria não pode ficar abaixo de si mesma.`)
    else move.mutate({ id, place })
  }

  const shift = (branch: Branch, by: -1 | 1) => {
    const at = childrenOf(tree, branch.parent_id).findIndex((one) => one.id === branch.id)
    move.mutate({ id: branch.id, place: { parent: branch.parent_id, index: Math.max(0, at + by) } })
  }
  const remove = async (branch: Branch) => {
    if (branch.children.length > 0) {
      toast(t`${branch.name} tem categorias abaixo dela; mova ou apague essas antes.`)
      return
    }
    const yes = await confirm({
      title: t`Apagar ${branch.name}?`,
      text: t`Só se apaga uma categoria sem produtos. Isto não se desfaz.`,
      action: t`Apagar`,
      danger: true,
    })
    if (!yes) return
    try {
      await ok(
        api.DELETE('/api/v1/categories/{id}', {
          params: {
            path: { id: String(branch.id) },
            header: { 'If-Match': `"${branch.version}"` },
          },
        }),
      )
      toast(t`${branch.name} foi apagada.`)
    } catch (error) {
      toast(problemText(error))
    }
    await changed(['categories'])
  }
  const act = (branch: Branch, what: string) => {
    if (what === 'edit') setEditing({ kind: 'edit', id: branch.id })
    if (what === 'below') setEditing({ kind: 'new', parent: branch.id })
    if (what === 'move') setEditing({ kind: 'move', id: branch.id })
    if (what === 'up') shift(branch, -1)
    if (what === 'down') shift(branch, 1)
    if (what === 'delete') void remove(branch)
  }

  const item = (branch: Branch) => (
    <TreeItem
      id={branch.id}
      textValue={branch.name}
      className="border-b border-line outline-none -outline-offset-2 data-dragging:opacity-50 data-drop-target:bg-brand-soft data-focus-visible:outline-3 data-focus-visible:outline-brand"
    >
      <TreeItemContent>
        {({ isExpanded, hasChildItems, level }) => (
          <div
            className="flex min-h-11 items-center gap-1 pr-2"
            style={{ paddingLeft: `${(level - 1) * 1.5 + 0.25}rem` }}
          >
            <AriaButton slot="drag" className="grid size-8 cursor-grab place-items-center rounded text-muted hover:bg-sunken">
              <Glyph name="grip" className="size-4" />
            </AriaButton>
            {hasChildItems ? (
              <AriaButton slot="chevron" className="grid size-8 place-items-center rounded hover:bg-sunken">
                <Icon name={isExpanded ? 'down' : 'right'} className="size-4" />
              </AriaButton>
            ) : (
              <span className="size-8" />
            )}
            <span className="min-w-0 grow truncate text-sm font-medium">{branch.name}</span>
            <Link
              to="/produtos"
              search={{ category: branch.slug }}
              className="hidden min-h-9 items-center px-2 text-sm text-muted no-underline hover:underline sm:inline-flex"
            >
              <Trans>Ver produtos</Trans>
              <span className="sr-only"> {branch.name}</span>
            </Link>
            <Menu bare label={t`Ações de ${branch.name}`} glyph="dots" onAction={(what) => act(branch, what)}>
              <MenuItem id="edit">{t`Mudar nome e descrição…`}</MenuItem>
              <MenuItem id="below">{t`Nova categoria abaixo…`}</MenuItem>
              <MenuItem id="up">{t`Subir`}</MenuItem>
              <MenuItem id="down">{t`Descer`}</MenuItem>
              <MenuItem id="move">{t`Mover para outra…`}</MenuItem>
              <MenuItem id="delete" danger>{t`Apagar…`}</MenuItem>
            </Menu>
          </div>
        )}
      </TreeItemContent>
      <Collection items={branch.children} dependencies={[tree]}>
        {item}
      </Collection>
    </TreeItem>
  )

  return (
    <Page
      narrow
      title={t`Categorias`}
      note={<Trans>Arraste pela alça, ou use o menu de cada uma. A loja mostra nesta ordem.</Trans>}
      actions={
        <Button size="small" icon="plus" onClick={() => setEditing({ kind: 'new', parent: null })}>
          <Trans>Nova categoria</Trans>
        </Button>
      }
    >
      {query.error && !query.data ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : query.isLoading ? (
        <Loading />
      ) : tree.length === 0 ? (
        <EmptyState title={<Trans>Ainda não há categorias</Trans>} />
      ) : (
        <div aria-busy={move.isPending}>
          <Tree
            aria-label={t`Categorias`}
            items={tree}
            dependencies={[tree]}
            dragAndDropHooks={dragAndDropHooks}
            expandedKeys={expanded}
            onExpandedChange={(keys) => setExpanded(new Set(keys))}
            className="card overflow-hidden outline-none"
          >
            {item}
          </Tree>
        </div>
      )}
      <CategoryDialog editing={editing} tree={tree} onClose={() => setEditing(null)} move={drop} />
    </Page>
  )
}

interface DialogProps {
  editing: Editing | null
  tree: readonly Branch[]
  onClose: () => void
  move: (id: number, place: Place) => void
}

function CategoryDialog({ editing, tree, onClose, move }: DialogProps) {
  const { t } = useLingui()
  const branch = editing && 'id' in editing ? find(tree, editing.id) : undefined
  const title =
    editing?.kind === 'new'
      ? t`Nova categoria`
      : editing?.kind === 'move'
        ? t`Mover ${branch?.name ?? ''}`
        : t`Mudar ${branch?.name ?? ''}`
  return (
    <Dialog open={editing !== null} onClose={onClose} title={title}>
      {editing?.kind === 'new' && <NewForm parent={editing.parent} tree={tree} onClose={onClose} />}
      {editing?.kind === 'edit' && <EditForm id={editing.id} onClose={onClose} />}
      {editing?.kind === 'move' && (
        <form
          ref={focusFirst}
          className="grid gap-4"
          onSubmit={(event) => {
            const { parent = '' } = take(event)
            const to = parent === '' ? null : Number(parent)
            move(editing.id, { parent: to, index: childrenOf(tree, to).length })
            onClose()
          }}
        >
          <ParentField tree={tree} without={editing.id} initial={branch?.parent_id ?? null} />
          <Button type="submit" className="justify-self-end">
            <Trans>Mover</Trans>
          </Button>
        </form>
      )}
    </Dialog>
  )
}

function ParentField({ tree, without, initial }: { tree: readonly Branch[]; without?: number; initial: number | null }) {
  const { t } = useLingui()
  return (
    <SelectField label={t`Abaixo de`} name="parent" defaultValue={initial ?? ''}>
      <option value="">{t`Nenhuma: é das principais`}</option>
      {flatten(tree)
        .filter(({ branch }) => without === undefined || allowed(tree, without, branch.id))
        .map(({ branch, above }) => (
          <option key={branch.id} value={branch.id}>
            {'\u2003'.repeat(above.length)}
            {branch.name}
          </option>
        ))}
    </SelectField>
  )
}

function NewForm({ parent, tree, onClose }: { parent: number | null; tree: readonly Branch[]; onClose: () => void }) {
  const { t } = useLingui()
  const changed = useChanged()
  const create = useMutation({
    mutationFn: ({ name = '', parent = '' }: Record<string, string>) => {
      const above = parent === '' ? null : Number(parent)
      const last = childrenOf(tree, above).at(-1)?.position ?? -1
      return ok(
        api.POST('/api/v1/categories', {
          body: { name, parent_id: above, position: last + 1 },
        }),
      )
    },
    onSuccess: async ({ name }) => {
      toast(t`${name} foi criada.`)
      onClose()
      await changed(['categories'])
    },
  })
  const at = fieldErrors(create.error)
  return (
    <form className="grid gap-4" onSubmit={(event) => create.mutate(take(event))}>
      <SaveProblem error={create.error} fields={['/name']} onReload={create.reset} />
      <Field label={t`Nome`} name="name" maxLength={120} required data-autofocus error={at('/name')} />
      <ParentField tree={tree} initial={parent} />
      <Button type="submit" busy={create.isPending} className="justify-self-end">
        <Trans>Criar</Trans>
      </Button>
    </form>
  )
}

function EditForm({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useLingui()
  const changed = useChanged()
  const query = useQuery({
    queryKey: ['categories', 'one', id],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/v1/categories/{id}', { signal, params: { path: { id: String(id) } } })),
  })
  const save = useMutation({
    mutationFn: ({ name, slug, description, version }: Record<string, string>) =>
      ok(
        api.PATCH('/api/v1/categories/{id}', {
          params: { path: { id: String(id) }, header: { 'If-Match': `"${version}"` } },
          body: { name, slug, description },
        }),
      ),
    onSuccess: async () => {
      toast(t`Guardado.`)
      onClose()
      await changed(['categories'])
    },
  })
  const at = fieldErrors(save.error)
  if (query.isLoadingError) {
    return <ErrorState error={query.error} retry={() => query.refetch()} />
  }
  if (!query.data) return <Loading />
  const { name, slug, description, version } = query.data
  return (
    <form key={version} ref={focusFirst} className="grid gap-4" onSubmit={(event) => save.mutate(take(event))}>
      <SaveProblem
        error={save.error}
        fields={['/name', '/slug', '/description']}
        onReload={() => {
          save.reset()
          void query.refetch()
        }}
      />
      <input type="hidden" name="version" value={version} />
      <Field label={t`Nome`} name="name" maxLength={120} required defaultValue={name} error={at('/name')} />
      <Field
        label={t`Endereço`}
        name="slug"
        maxLength={120}
        required
        pattern="(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*"
        defaultValue={slug}
        hint={t`Letras minúsculas, algarismos e hifens.`}
        error={at('/slug')}
      />
      <TextAreaField
        label={t`Descrição`}
        name="description"
        rows={3}
        maxLength={2000}
        defaultValue={description}
        error={at('/description')}
      />
      <Button type="submit" busy={save.isPending} className="justify-self-end">
        <Trans>Guardar</Trans>
      </Button>
    </form>
  )
}
