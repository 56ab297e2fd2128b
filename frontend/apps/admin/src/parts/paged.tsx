// A list that is read page by page: while it loads, when it does not come, when
// there is nothing in it, and the next page.

import { Alert, Button, ErrorState, Skeleton } from '@commerce/ui'
import { Trans } from '@lingui/react/macro'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

interface PagedProps<T> {
  query: UseInfiniteQueryResult<InfiniteData<{ data: T[] }>>
  /** Keeps the place of what is to come. */
  wait?: string
  empty: ReactNode
  /** What the button for the next page says. */
  more?: ReactNode
  children: (rows: T[]) => ReactNode
}

export function Paged<T>({ query, wait = 'h-32', empty, more, children }: PagedProps<T>) {
  const rows = query.data?.pages.flatMap(({ data }) => data)
  if (!rows) {
    return query.error ? (
      <ErrorState error={query.error} retry={() => query.refetch()} />
    ) : (
      <div aria-busy="true">
        <Skeleton className={wait} />
      </div>
    )
  }
  return (
    <>
      {rows.length === 0 ? empty : children(rows)}
      {query.isFetchNextPageError && (
        <Alert tone="bad">
          <Trans>O resto não carregou; tente de novo.</Trans>
        </Alert>
      )}
      {query.hasNextPage && (
        <Button
          look="secondary"
          size="small"
          className="mt-2 justify-self-center"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {more ?? <Trans>Mostrar mais</Trans>}
        </Button>
      )}
    </>
  )
}

/** An empty ledger. */
function NothingBooked() {
  return (
    <p className="text-muted">
      <Trans>Nada foi lançado ainda.</Trans>
    </p>
  )
}

/** A ledger, the newest entry first. */
export function Booked<T>({
  children,
  ...rest
}: Pick<PagedProps<T>, 'query' | 'wait'> & { children: (row: T) => ReactNode }) {
  return (
    <Paged {...rest} empty={<NothingBooked />} more={<Trans>Mais antigos</Trans>}>
      {(rows) => <ol className="grid">{rows.map(children)}</ol>}
    </Paged>
  )
}
