import { useQuery } from '@tanstack/react-query'
import { categoryTree, flatten } from '../data/catalog'

/** Categories for a native list of choices: indented as they are below each
 * other, by slug or by id. */
export function useCategoryOptions(): (readonly [slug: string, text: string, id: number])[] {
  const { data } = useQuery(categoryTree)
  return flatten(data ?? []).map(
    ({ branch, above }) =>
      [branch.slug, `${'\u2003'.repeat(above.length)}${branch.name}`, branch.id] as const,
  )
}
