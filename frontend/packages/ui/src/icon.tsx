// Icons, drawn for this shop on a grid of 24 with a line of 1.75.

const paths = {
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm5-1.8L20 19.5',
  bag: 'M5.5 8h13l.9 12H4.6L5.5 8ZM9 10.5V7a3 3 0 0 1 6 0v3.5',
  user: 'M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.5 20c.7-3.6 3.7-5.5 7.5-5.5s6.8 1.9 7.5 5.5',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M4.5 12.5 9.5 17.5 19.5 7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  trash: 'M4.5 7h15M10 4h4M6.5 7l.8 13h9.4l.8-13M10 11v5M14 11v5',
  filter: 'M4 6h16M7 12h10M10 18h4',
  left: 'M14.5 5.5 8 12l6.5 6.5',
  right: 'M9.5 5.5 16 12l-6.5 6.5',
  down: 'M5.5 9.5 12 16l6.5-6.5',
  up: 'M5.5 14.5 12 8l6.5 6.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  truck: 'M2.5 6.5h11v10h-11zM13.5 10h4.2l3.3 3.5v3h-7.5M7 19a1.75 1.75 0 1 0 0-3.5A1.75 1.75 0 0 0 7 19ZM17 19a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5Z',
  shield: 'M12 3.5 5 6v5.5c0 4.2 2.8 7.3 7 9 4.2-1.7 7-4.8 7-9V6l-7-2.5ZM9 12l2.2 2.2L15.2 10',
  back: 'M9 7 4.5 11.5 9 16M5 11.5h9.5a5 5 0 0 1 0 10H12',
  alert: 'M12 4 3 19.5h18L12 4ZM12 10v4.5M12 17v.2',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5.5M12 8v.2',
  offline: 'M4 4l16 16M8.5 13.5a5.5 5.5 0 0 1 3.5-1.2c1.4 0 2.6.4 3.6 1.2M5 10a10.5 10.5 0 0 1 3.5-2.2M12 7a10.5 10.5 0 0 1 7 3M12 18v.2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  box: 'M4 8l8-4 8 4v8.5l-8 4-8-4V8ZM4 8l8 4 8-4M12 12v8.5',
  home: 'M4 11.5 12 4.5l8 7M6.5 10v9.5h11V10',
  card: 'M3.5 6h17v12.5h-17zM3.5 10h17M7 15h3.5',
  heart: 'M12 19.5C7 16 3.8 12.9 3.8 9.2A4.2 4.2 0 0 1 12 7.8a4.2 4.2 0 0 1 8.2 1.4c0 3.7-3.2 6.8-8.2 10.3Z',
  bell: 'M5.5 17h13c-1.3-1.4-2-2.9-2-5V10a4.5 4.5 0 0 0-9 0v2c0 2.1-.7 3.6-2 5ZM10 20h4',
  gift: 'M4 9.5h16v3H4zM5.5 12.5v7.5h13v-7.5M12 9.5V20M12 9.5C9 9.5 7.5 8.3 7.5 6.8S10.8 4 12 9.5Zm0 0c3 0 4.5-1.2 4.5-2.7S13.2 4 12 9.5Z',
  globe: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.5c2.3 2.4 3.4 5.2 3.4 8.5s-1.1 6.1-3.4 8.5c-2.3-2.4-3.4-5.2-3.4-8.5S9.7 5.9 12 3.5Z',
  out: 'M14 4.5H5v15h9M10 12h10M16.5 8.5 20 12l-3.5 3.5',
  edit: 'M4.5 19.5v-4L15 5l4 4L8.5 19.5h-4ZM13 7l4 4',
  download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 19.5h15',
  tag: 'M4 4.5h7.5L20 13l-7 7-8.5-8.5L4 4.5ZM8.25 8.75v.1',
  menu: 'M4 7h16M4 12h16M4 17h16',
} as const

export type IconName = keyof typeof paths

/** Decoration only: the control around it has the name. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
    >
      <path d={paths[name]} />
    </svg>
  )
}
