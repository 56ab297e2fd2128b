import { Link, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface PlaceLinkProps {
  /** The path of a route, such as /produtos/$id. */
  to: string
  params?: Record<string, string>
  search?: Record<string, string>
  className?: string
  children: ReactNode
}

/** A link to a page of another area, for places that are named as data; plain
 * words where this administration has no such page. */
export function PlaceLink({ to, params, search, className, children }: PlaceLinkProps) {
  const places: object = useRouter().routesByPath
  if (!(to in places)) return <span>{children}</span>
  return (
    <Link to={to} params={params as never} search={search as never} className={className ?? 'link'}>
      {children}
    </Link>
  )
}
