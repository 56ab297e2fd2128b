import { ErrorState, Skeleton } from '@commerce/ui'
import { useId, type ReactNode } from 'react'

interface PanelProps {
  title: string
  more?: ReactNode
  /** Of the query behind it: what to show while it has nothing. */
  query?: { isPending: boolean; isLoadingError: boolean; error: unknown; refetch: () => unknown }
  children: ReactNode
}

/** A part of the dashboard that loads and fails by itself. */
export function Panel({ title, more, query, children }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} aria-busy={query?.isPending} className="card min-w-0 p-4">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h2 id={id} className="text-base font-semibold">{title}</h2>
        {more && <span className="text-sm">{more}</span>}
      </div>
      {query?.isPending ? (
        <div className="grid gap-2">
          {Array.from({ length: 5 }, (_, index) => (
            <Skeleton key={index} className="h-9" />
          ))}
        </div>
      ) : query?.isLoadingError ? (
        <ErrorState error={query.error} retry={() => query.refetch()} />
      ) : (
        children
      )}
    </section>
  )
}
