import { useEffect } from 'react'

/** The title of the document while a page is shown. */
export function useTitle(title: string | undefined, site = 'Ipê') {
  useEffect(() => {
    document.title = title ? `${title} · ${site}` : site
  }, [title, site])
}
