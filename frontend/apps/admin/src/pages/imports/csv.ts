// CSV as the imports of the gateway read it (RFC 4180; comma, semicolon, tab or
// bar), for a look into a file before it is sent.

export type Separator = ',' | ';' | '|' | '\t'

/** Records of a text, `most` at most, and where the first of them ends. */
export function readRecords(text: string, separator: string, most = Infinity) {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  let began = false
  let firstEnd = text.length
  const end = (at: number) => {
    record.push(field)
    if (records.length === 0) firstEnd = at
    records.push(record)
    record = []
    field = ''
    began = false
  }
  let at = 0
  for (; at < text.length && records.length < most; at++) {
    const char = text[at]
    if (quoted) {
      if (char !== '"') field += char
      else if (text[at + 1] === '"') {
        field += '"'
        at++
      } else quoted = false
    } else if (char === '"' && field === '') {
      quoted = true
      began = true
    } else if (char === separator) {
      record.push(field)
      field = ''
      began = true
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[at + 1] === '\n') at++
      if (field !== '' || began) end(at + 1)
    } else {
      field += char
      began = true
    }
  }
  if (records.length < most && (field !== '' || began)) end(at)
  return { records, firstEnd }
}

/** A first line that names the separator to spreadsheets, and its length. */
export function separatorLine(text: string): { length: number; separator: Separator } | null {
  const found = /^sep=([,;|\t])\r?\n/i.exec(text)
  return found && { length: found[0].length, separator: found[1] as Separator }
}

/** The separator that the first line has most of, outside of quotes. */
export function findSeparator(text: string): Separator {
  let best: Separator = ','
  let most = 0
  for (const one of [',', ';', '\t', '|'] as const) {
    const count = (readRecords(text, one, 1).records[0]?.length ?? 1) - 1
    if (count > most) {
      best = one
      most = count
    }
  }
  return best
}

export function writeRecord(cells: readonly string[], separator: string): string {
  return (
    cells
      .map((cell) =>
        cell.includes(separator) || /["\r\n]|^\s|\s$/.test(cell)
          ? `"${cell.replaceAll('"', '""')}"`
          : cell,
      )
      .join(separator) + '\r\n'
  )
}
