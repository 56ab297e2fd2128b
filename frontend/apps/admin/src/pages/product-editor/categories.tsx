import { Icon } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { categoryTree } from '../../data/catalog'
import { useCategoryOptions } from '../../parts/tree-options'
import { Unread } from '../../parts/unread'

interface CategoriesProps {
  categories: { id: number; name: string }[]
  onChange: (categories: { id: number; name: string }[]) => void
  error: string | undefined
}

export function Categories({ categories, onChange, error }: CategoriesProps) {
  const { t } = useLingui()
  const options = useCategoryOptions()
  const tree = useQuery(categoryTree)
  return (
    <div className="grid gap-3">
      {categories.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {categories.map(({ id, name }) => (
            <li key={id} className="inline-flex items-center gap-1 rounded-full bg-sunken pl-3 text-sm">
              {name}
              <button
                type="button"
                aria-label={t`Tirar de ${name}`}
                onClick={() => onChange(categories.filter((one) => one.id !== id))}
                className="grid size-8 place-items-center rounded-full hover:bg-line"
              >
                <Icon name="close" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <select
        aria-label={t`Pôr em uma categoria`}
        value=""
        onChange={(event) => {
          const found = options.find(([, , id]) => String(id) === event.target.value)
          if (found) onChange([...categories, { id: found[2], name: found[1].trim() }])
        }}
        className="control min-h-10! w-full"
      >
        <option value="">{t`Pôr em uma categoria…`}</option>
        {options
          .filter(([, , id]) => !categories.some((one) => one.id === id))
          .map(([, text, id]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
      </select>
      <Unread of={tree} />
      {error && <p className="text-sm text-bad">{error}</p>}
    </div>
  )
}
