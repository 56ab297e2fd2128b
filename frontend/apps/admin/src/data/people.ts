// Who did it.

import { api, ok } from '@commerce/api'
import { useScopes, useUser } from '@commerce/ui'
import { useQuery } from '@tanstack/react-query'

/** The name of somebody who works here; undefined while it is not known, or
 * for those who may not know it. */
export function usePersonName(id: string | null): string | undefined {
  const me = useUser()
  const may = useScopes().has('users:read')
  const { data } = useQuery({
    queryKey: ['users', 'name', id],
    enabled: may && id !== null && id !== me?.id,
    staleTime: 10 * 60_000,
    retry: false,
    queryFn: async ({ signal }) =>
      (await ok(api.GET('/api/v1/users/{id}', { signal, params: { path: { id: id ?? '' } } }))).name,
  })
  return id !== null && id === me?.id ? me.name : data
}
