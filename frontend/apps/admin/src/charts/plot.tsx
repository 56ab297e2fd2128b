// The drawing of a series, by uPlot; arrives when a chart is shown. What it
// shows is told in words and as a table beside it (series-chart.tsx).

import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './plot.css'

export interface PlotProps {
  names: readonly string[]
  values: readonly number[]
  /** The same of the span before, as a broken line. */
  before?: readonly number[] | undefined
  kind: 'line' | 'bars'
  /** What stands at the upright axis. */
  tick: (value: number) => string
  /** The place that is pointed at, null for none. */
  onPoint: (index: number | null) => void
}

/** What the colours of the theme are now: a canvas does not know light-dark().
 * Asked of an element that is new, since one that changes may fade. */
function colours(parent: HTMLElement) {
  const of = (name: string) => {
    const probe = document.createElement('span')
    probe.style.color = `var(--color-${name})`
    parent.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  return { now: of('brand'), soft: of('brand-soft'), past: of('edge'), text: of('muted'), line: of('line') }
}

/** Counts up when the theme changes, by the button or by the system. */
function useThemeChanges() {
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    const changed = () => setChanges((count) => count + 1)
    const system = matchMedia('(prefers-color-scheme: dark)')
    const observer = new MutationObserver(changed)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    system.addEventListener('change', changed)
    return () => {
      observer.disconnect()
      system.removeEventListener('change', changed)
    }
  }, [])
  return changes
}

function options(element: HTMLElement, { names, before, kind, tick, onPoint }: PlotProps): uPlot.Options {
  const { now, soft, past, text, line } = colours(element)
  const font = `12px ${getComputedStyle(element).fontFamily}`
  const bars = kind === 'bars' && uPlot.paths.bars?.({ size: [0.62, 26], radius: 0.15 })
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    padding: [12, 8, 0, 0],
    scales: {
      x: { time: false, range: (_, least, most) => [least - 0.5, most + 0.5] },
      y: { range: (_, least, most) => [Math.min(0, least), most <= 0 ? 1 : most * 1.06] },
    },
    axes: [
      {
        stroke: text,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 28,
        incrs: [1, 2, 7, 14, 28, 56, 112, 224],
        space: 58,
        values: (_, splits) => splits.map((split) => names[split] ?? ''),
      },
      {
        stroke: text,
        font,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        space: 36,
        size: 58,
        values: (_, splits) => splits.map(tick),
      },
    ],
    series: [
      {},
      bars
        ? { stroke: now, fill: now, paths: bars, points: { show: false } }
        : { stroke: now, fill: soft, width: 2, points: { show: names.length < 3, fill: now } },
      // After it, so that the area does not hide it.
      ...(before
        ? [{ stroke: past, width: 1.5, dash: [4, 4], points: { show: false } } satisfies uPlot.Series]
        : []),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  }
}

export default function Plot(props: PlotProps) {
  const { names, values, before, kind } = props
  const box = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  const theme = useThemeChanges()
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = box.current
    if (!element) return
    const places = names.map((_, index) => index)
    const data = before ? [places, [...values], [...before]] : [places, [...values]]
    const plot = new uPlot(
      options(element, {
        ...latest.current,
        tick: (value) => latest.current.tick(value),
        onPoint: (index) => latest.current.onPoint(index),
      }),
      data as uPlot.AlignedData,
      element,
    )
    const size = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    size.observe(element)
    return () => {
      size.disconnect()
      plot.destroy()
    }
  }, [names, values, before, kind, theme])

  return <div ref={box} className="plot size-full" />
}
