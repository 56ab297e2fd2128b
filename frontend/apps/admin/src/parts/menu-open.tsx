// The menu itself, with the keyboard and the focus of react-aria-components.

import { Icon } from '@commerce/ui'
import { Children, isValidElement } from 'react'
import { Button } from 'react-aria-components/Button'
import { Menu as AriaMenu, MenuItem as AriaItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Glyph } from '../frame/glyph'
import { menuButton, type ItemProps, type MenuProps } from './menu'

export default function OpenMenu({ label, glyph, bare = false, selected, onSelect, onAction, children }: MenuProps) {
  return (
    <MenuTrigger>
      <Button aria-label={bare ? label : undefined} className={menuButton(bare)}>
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
          {Children.toArray(children).map(
            (item) => isValidElement<ItemProps>(item) && <Item key={item.key} {...item.props} />,
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

function Item({ danger = false, children, ...rest }: ItemProps) {
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
