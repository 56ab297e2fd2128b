/** An ipê flower: five petals round a sun. */
export function Logo({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={`shrink-0 ${className}`}>
      <g fill="#f4b942">
        {[0, 72, 144, 216, 288].map((turn) => (
          <path
            key={turn}
            transform={`rotate(${turn} 24 24)`}
            d="M24 23c-7-4-9-10-6.500-15 1.500-3 4-3.500 6.500-1 2.500-2.500 5-2 6.500 1C33 13 31 19 24 23Z"
          />
        ))}
      </g>
      <circle cx="24" cy="24" r="5" fill="#b9651b" />
    </svg>
  )
}
