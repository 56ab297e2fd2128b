// Rows of a list that have an order: dragged by their picture, or moved by
// buttons.

import { IconButton } from '@commerce/ui'
import type { DragEvent, MouseEvent } from 'react'

/** What a row and the grip in it need to be dragged among others of its kind. */
export function useOrder(kind: string, move: (key: string, to: number) => void) {
  const type = `application/x-commerce-${kind}`
  return {
    row: (index: number) => ({
      onDragOver: (event: DragEvent) => {
        if (event.dataTransfer.types.includes(type)) event.preventDefault()
      },
      onDrop: (event: DragEvent) => {
        const key = event.dataTransfer.getData(type)
        if (key) move(key, index)
      },
    }),
    grip: (key: string) => ({
      draggable: true,
      className: 'cursor-grab',
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.setData(type, key)
        event.dataTransfer.effectAllowed = 'move'
      },
    }),
  }
}

/** The list with one of it at another place. */
export function moved<T extends { key: string }>(rows: readonly T[], key: string, to: number): T[] {
  const one = rows.find((row) => row.key === key)
  return one ? rows.filter((row) => row !== one).toSpliced(to, 0, one) : [...rows]
}

interface MoveButtonsProps {
  index: number
  count: number
  move: (to: number) => void
  /** What each says to those who do not see it. */
  up: string
  down: string
}

export function MoveButtons({ index, count, move, up, down }: MoveButtonsProps) {
  const go = (to: number) => (event: MouseEvent<HTMLButtonElement>) => {
    const button = event.currentTarget
    move(to)
    // At an end of the list it does nothing more, and would lose the focus.
    requestAnimationFrame(() => {
      const other = button.nextElementSibling ?? button.previousElementSibling
      if (button.disabled && other instanceof HTMLElement) other.focus()
    })
  }
  return (
    <span className="inline-flex">
      <IconButton icon="up" label={up} disabled={index === 0} onClick={go(index - 1)} />
      <IconButton icon="down" label={down} disabled={index === count - 1} onClick={go(index + 1)} />
    </span>
  )
}
