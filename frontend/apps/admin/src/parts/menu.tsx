// A button that opens a list: things to do, or things to tick.

import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import {
  Menu as AriaMenu,
  MenuItem as AriaItem,
  MenuTrigger,
  type MenuItemProps,
} from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Icon } from '@commerce/ui'
import { Glyph, type GlyphName } from '../frame/glyph'

interface MenuProps {
  /** The words on the button, or its name when it shows only a glyph. */
  label: string
  glyph: GlyphName
  bare?: boolean
  /** Items are ticked: the keys of those that are, and what changed. */
  selected?: Iterable<string>
  onSelect?: (keys: Set<string>) => void
  onAction?: (key: string) => void
  children: ReactNode
}

export function Menu({ label, glyph, bare = false, selected, onSelect, onAction, children }: MenuProps) {
  return (
    <MenuTrigger>
      <Button
        aria-label={bare ? label : undefined}
        className={
          bare
            ? 'inline-grid size-9 place-items-center rounded-full hover:bg-sunken'
            : 'control inline-flex items-center gap-2 font-medium hover:bg-sunken'
        }
      >
        <Glyph name={glyph} className="size-4.5" />
        {!bare && label}
      </Button>
      <Popover placement="bottom end" offset={4} className="floating min-w-52 overflow-auto p-1">
        <AriaMenu
          aria-label={label}
          className="outline-none"
          onAction={onAction && ((key) => onAction(String(key)))}
          {...(onSelect && {
            selectionMode: 'multiple' as const,
            selectedKeys: selected,
            onSelectionChange: (keys: 'all' | Set<string | number>) =>
              onSelect(new Set(keys === 'all' ? [] : [...keys].map(String))),
          })}
        >
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

interface ItemProps extends Omit<MenuItemProps, 'children' | 'className'> {
  danger?: boolean
  children: string
}

export function MenuItem({ danger = false, children, ...rest }: ItemProps) {
  return (
    <AriaItem
      textValue={children}
      className={`flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-3 py-1 text-sm no-underline outline-none data-disabled:opacity-50 data-focused:bg-sunken ${danger ? 'text-bad' : 'text-ink'}`}
      {...rest}
    >
      {({ selectionMode, isSelected }) => (
        <>
          {selectionMode !== 'none' && (
            <span className="size-4 text-brand">
              {isSelected && <Icon name="check" className="size-4" />}
            </span>
          )}
          {children}
        </>
      )}
    </AriaItem>
  )
}
