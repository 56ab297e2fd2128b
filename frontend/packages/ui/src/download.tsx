// A button that fetches a file and hands it over.

import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from './button'
import { problemText } from './problem'
import { saveFile } from './save-file'
import { toast } from './toast'

interface DownloadProps {
  /** Answers a Blob, which the contract's types do not know. */
  of: () => Promise<unknown>
  /** Of the file, once it is there. */
  name: () => string
  /** What is said then. */
  done?: string
  disabled?: boolean
  children: ReactNode
}

export function Download({ of, name, done, disabled = false, children }: DownloadProps) {
  const fetched = useMutation({
    mutationFn: of,
    onSuccess: (file) => {
      saveFile(file as Blob, name())
      if (done) toast(done)
    },
    onError: (error) => toast(problemText(error)),
  })
  return (
    <Button
      size="small"
      look="secondary"
      icon="download"
      busy={fetched.isPending}
      disabled={disabled}
      onClick={() => fetched.mutate()}
    >
      {children}
    </Button>
  )
}
