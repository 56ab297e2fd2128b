import { buttonClass, Icon, useTitle } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { categoryTree } from '../data'
import { Rail } from '../parts/rail'

export function Home() {
  useTitle(undefined)
  return (
    <>
      <Hero />
      <Rail
        title={<Trans>Mais vendidos</Trans>}
        query={{ sort: 'popularity' }}
        all={{ sort: '-popularity' }}
        eager
      />
      <Departments />
      <Rail
        title={<Trans>Novidades</Trans>}
        query={{ sort: 'created' }}
        all={{ sort: '-created_at' }}
      />
    </>
  )
}

/** Leaves and flowers of the tree that the shop is named after. */
function Branches() {
  return (
    <svg viewBox="0 0 420 320" aria-hidden="true" className="absolute inset-0 size-full" preserveAspectRatio="xMaxYMid slice">
      <path d="M40 300C140 260 210 190 250 110M150 246c40 6 80-4 120-34M205 186c-2-44 12-82 40-112M250 110c20-30 60-50 110-56" stroke="#7a5a35" strokeWidth="7" strokeLinecap="round" fill="none" />
      {FLOWERS.map(([x, y, size, turn]) => (
        <g key={`${x}-${y}`} transform={`translate(${x} ${y}) scale(${size}) rotate(${turn})`}>
          {[0, 72, 144, 216, 288].map((petal) => (
            <path key={petal} transform={`rotate(${petal})`} d="M0-2C-14-10-19-22-13-33c3-6 8-7 13-2 5-5 10-4 13 2C19-22 14-10 0-2Z" fill={petal % 144 === 0 ? '#f4b942' : '#ffd166'} />
          ))}
          <circle r="7" fill="#c9751f" />
        </g>
      ))}
    </svg>
  )
}

const FLOWERS = [
  [362, 52, 1.25, 8],
  [270, 96, 1.5, 30],
  [246, 68, 0.9, 50],
  [300, 190, 1.15, -14],
  [276, 216, 0.7, 20],
  [206, 180, 1.0, 40],
  [160, 240, 0.85, 10],
  [372, 130, 0.75, 60],
  [330, 82, 0.7, 0],
  [96, 276, 0.6, 22],
] as const

function Hero() {
  return (
    <section className="bg-deep text-on-deep">
      <div className="page grid items-center gap-6 py-8 md:grid-cols-[1.1fr_1fr] md:py-0">
        <div className="md:py-16">
          <h1 className="max-w-xl text-4xl leading-[1.08] font-extrabold sm:text-5xl">
            <Trans>Coisas boas, feitas por quem entende.</Trans>
          </h1>
          <p className="mt-4 max-w-md text-lg text-on-deep-muted">
            <Trans>Do café da serra ao fone do dia a dia: preço claro, estoque de verdade e troca grátis em 30 dias.</Trans>
          </p>
          <div className="mt-7 flex flex-wrap gap-3">
            <Link
              to="/busca"
              search={{ sort: '-popularity' }}
              className={`${buttonClass('primary', 'large')} bg-sun! text-[#2b1d00]! hover:bg-[#ffcb5c]! focus-visible:outline-white`}
            >
              <Trans>Ver os mais vendidos</Trans>
            </Link>
            <Link
              to="/categoria/$slug"
              params={{ slug: 'cafes' }}
              className={`${buttonClass('quiet', 'large')} border border-white/40 text-on-deep! hover:bg-white/12! focus-visible:outline-sun`}
            >
              <Trans>Cafés da semana</Trans>
            </Link>
          </div>
        </div>
        <div className="relative hidden self-stretch md:block">
          <Branches />
        </div>
      </div>
    </section>
  )
}

function Departments() {
  const { t } = useLingui()
  const { data } = useQuery(categoryTree)
  if (!data) return null
  return (
    <nav aria-label={t`Departamentos`} className="page mt-12">
      <h2 className="mb-4 text-2xl font-bold">
        <Trans>Departamentos</Trans>
      </h2>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-3 xl:grid-cols-5">
        {data.map((branch) => (
          <li key={branch.id} className="card relative p-4 transition-shadow hover:shadow-card">
            <h3 className="flex items-center justify-between font-semibold">
              <Link
                to="/categoria/$slug"
                params={{ slug: branch.slug }}
                className="text-ink no-underline after:absolute after:inset-0 hover:underline"
              >
                {branch.name}
              </Link>
              <Icon name="right" className="size-4 text-brand max-sm:hidden" />
            </h3>
            <p className="mt-1 text-sm text-muted max-sm:hidden">
              {branch.children
                .slice(0, 3)
                .map((child) => child.name)
                .join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </nav>
  )
}
