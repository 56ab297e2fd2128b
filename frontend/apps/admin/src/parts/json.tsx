/** What has no form of its own: for those who know what they look at. */
export function Json({ of, label }: { of: unknown; label: string }) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className="max-h-96 overflow-auto rounded-lg bg-sunken p-4 text-sm"
    >
      {JSON.stringify(of, null, 2)}
    </pre>
  )
}
