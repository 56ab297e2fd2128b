import { api, ok } from '@commerce/api'
import { Icon, problemText, toast, useUser } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { myWishes } from '../data'

/** Puts a product into the wishes, or takes it out; whoever is nobody yet is
 * asked to log in and comes back. */
export function WishButton({ product }: { product: number }) {
  const { t } = useLingui()
  const user = useUser()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const here = useRouterState({ select: (state) => state.location.href })
  const { data, isPending } = useQuery({ ...myWishes, enabled: Boolean(user) })
  const change = useMutation({
    mutationFn: async (wished: boolean) => {
      const path = { params: { path: { product_id: product } } }
      if (wished) await ok(api.PUT('/api/v1/me/wishlist/{product_id}', path))
      else await ok(api.DELETE('/api/v1/me/wishlist/{product_id}', path))
    },
    onError: (error) => toast(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: myWishes.queryKey }),
  })
  // Who asks, and what they wished for already: a press means something then.
  const waits = user === undefined || (user !== null && isPending)
  const known = data?.some(({ product_id }) => product_id === product) ?? false
  const wished = change.isPending ? change.variables : known
  return (
    <button
      type="button"
      disabled={waits}
      aria-pressed={wished}
      aria-label={t`Na lista de desejos`}
      title={wished ? t`Tirar da lista de desejos` : t`Guardar na lista de desejos`}
      onClick={() =>
        user ? change.mutate(!wished) : void navigate({ to: '/entrar', search: { de: here } })
      }
      className="grid size-11 shrink-0 place-items-center rounded-full border border-edge text-brand hover:bg-sunken aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:[&_path]:fill-current"
    >
      <Icon name="heart" className="size-6" />
    </button>
  )
}
