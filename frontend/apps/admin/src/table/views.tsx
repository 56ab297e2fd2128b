// Saved views: an address under a name. They are kept in this browser, each for
// the page that it was made on and for no other table.

import { Button, Dialog, Field, toast } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { focusFirst } from '../form/focus'
import { take } from '../form/take'
import { Menu, MenuItem } from '../parts/menu'

interface View {
  name: string
  search: object
}

const place = (page: string) => `commerce.admin.views.${page}`

function stored(page: string): View[] {
  try {
    const views: unknown = JSON.parse(localStorage.getItem(place(page)) ?? '[]')
    return Array.isArray(views) ? (views as View[]) : []
  } catch {
    return []
  }
}

interface ViewsProps {
  page: string
  search: object
  onSearch: (search: object) => void
  /** Where there is little room: only the glyph. */
  bare?: boolean
}

export function Views({ page, search, onSearch, bare }: ViewsProps) {
  const { t } = useLingui()
  const [views, setViews] = useState(() => stored(page))
  const [naming, setNaming] = useState(false)

  const keep = (next: View[]) => {
    setViews(next)
    try {
      localStorage.setItem(place(page), JSON.stringify(next))
    } catch {
      toast(t`Este navegador não deixa guardar.`)
    }
  }
  const act = (key: string) => {
    const [what, name] = [key.slice(0, 1), key.slice(1)]
    if (what === '+') setNaming(true)
    else if (what === '-') keep(views.filter((view) => view.name !== name))
    else onSearch(views.find((view) => view.name === name)?.search ?? {})
  }

  return (
    <>
      <Menu label={t`Vistas`} glyph="bookmark" bare={bare} onAction={act}>
        {views.map(({ name }) => (
          <MenuItem key={name} id={`=${name}`}>
            {name}
          </MenuItem>
        ))}
        <MenuItem id="+">{t`Guardar esta vista…`}</MenuItem>
        {views.map(({ name }) => (
          <MenuItem key={`-${name}`} id={`-${name}`} danger>
            {t`Apagar “${name}”`}
          </MenuItem>
        ))}
      </Menu>
      <Dialog open={naming} onClose={() => setNaming(false)} title={t`Guardar esta vista`}>
        <form
          ref={focusFirst}
          className="grid gap-4"
          onSubmit={(event) => {
            const { name = '' } = take(event)
            keep([...views.filter((view) => view.name !== name), { name, search }])
            setNaming(false)
            toast(t`Vista guardada.`)
          }}
        >
          <Field
            label={t`Nome`}
            name="name"
            maxLength={40}
            required
            hint={t`Filtros, ordem e colunas como estão agora.`}
          />
          <Button type="submit" className="justify-self-end">
            <Trans>Guardar</Trans>
          </Button>
        </form>
      </Dialog>
    </>
  )
}
