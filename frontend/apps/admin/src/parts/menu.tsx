// A button that opens a list: things to do, or things to tick. What opens it
// (menu-open.tsx) comes after the page it is on; until then its place is kept.

import { lazy, Suspense, type ReactNode } from 'react'
import type { MenuItemProps } from 'react-aria-components/Menu'
import { Glyph, type GlyphName } from '../frame/glyph'

export interface MenuProps {
  /** The words on the button, or its name when it shows only a glyph. */
  label: string
  glyph: GlyphName
  bare?: boolean
  /** Items are ticked: the keys of those that are, and what changed. */
  selected?: Iterable<string>
  onSelect?: (keys: Set<string>) => void
  onAction?: (key: string) => void
  /** Each a MenuItem, or a list of them. */
  children: ReactNode
}

export interface ItemProps extends Omit<MenuItemProps, 'children' | 'className'> {
  danger?: boolean
  children: string
}

const OpenMenu = lazy(() => import('./menu-open'))

export const menuButton = (bare: boolean) =>
  bare
    ? 'inline-grid size-9 place-items-center rounded-full hover:bg-sunken'
    : 'control inline-flex items-center gap-2 font-medium hover:bg-sunken'

export function Menu(props: MenuProps) {
  const { label, glyph, bare = false } = props
  return (
    <Suspense
      fallback={
        <span className={menuButton(bare)}>
          <Glyph name={glyph} className="size-4.5" />
          {!bare && label}
        </span>
      }
    >
      <OpenMenu {...props} />
    </Suspense>
  )
}

/** Says what an item is; the menu it is in shows it. */
export function MenuItem(props: ItemProps): ReactNode {
  void props
  return null
}
