// Where a branch goes, and which positions have to be written for that.

import type { Branch } from '../../data/catalog'

export interface Place {
  /** Null for the top. */
  parent: number | null
  /** Among the children of the parent, without the branch itself. */
  index: number
}

export interface Write {
  id: number
  version: number
  parent_id?: number | null
  position?: number
}

export function find(branches: readonly Branch[], id: number): Branch | undefined {
  for (const branch of branches) {
    const found = branch.id === id ? branch : find(branch.children, id)
    if (found) return found
  }
  return undefined
}

export function childrenOf(tree: readonly Branch[], parent: number | null): readonly Branch[] {
  return parent === null ? tree : (find(tree, parent)?.children ?? [])
}

/** A branch cannot go below itself. */
export function allowed(tree: readonly Branch[], id: number, parent: number | null): boolean {
  if (parent === null) return true
  const branch = find(tree, id)
  return branch !== undefined && parent !== id && find(branch.children, parent) === undefined
}

/** The changes that put a branch there: its own, and those of siblings whose
 * position is not the one that they have in the list. The branch goes first, so
 * that a refusal leaves everything as it was. */
export function writes(tree: readonly Branch[], id: number, { parent, index }: Place): Write[] {
  const branch = find(tree, id)
  if (!branch || !allowed(tree, id, parent)) return []
  const siblings = childrenOf(tree, parent).filter((one) => one.id !== id)
  const order = [...siblings.slice(0, index), branch, ...siblings.slice(index)]
  const changes = order.flatMap((one, position): Write[] => {
    const moved = one.id === id && branch.parent_id !== parent
    if (!moved && one.position === position) return []
    return [
      {
        id: one.id,
        version: one.version,
        ...(moved && { parent_id: parent }),
        position,
      },
    ]
  })
  return changes.sort((a, b) => Number(b.id === id) - Number(a.id === id))
}
