// The states of Brazil by the codes that orders carry (ISO 3166-2).

const states: Record<string, string> = {
  AC: 'Acre',
  AL: 'Alagoas',
  AM: 'Amazonas',
  AP: 'Amapá',
  BA: 'Bahia',
  CE: 'Ceará',
  DF: 'Distrito Federal',
  ES: 'Espírito Santo',
  GO: 'Goiás',
  MA: 'Maranhão',
  MG: 'Minas Gerais',
  MS: 'Mato Grosso do Sul',
  MT: 'Mato Grosso',
  PA: 'Pará',
  PB: 'Paraíba',
  PE: 'Pernambuco',
  PI: 'Piauí',
  PR: 'Paraná',
  RJ: 'Rio de Janeiro',
  RN: 'Rio Grande do Norte',
  RO: 'Rondônia',
  RR: 'Roraima',
  RS: 'Rio Grande do Sul',
  SC: 'Santa Catarina',
  SE: 'Sergipe',
  SP: 'São Paulo',
  TO: 'Tocantins',
}

/** A region in words: a state, else the country, else its code. */
export function regionName(region: string, locale: string): string {
  const [country = '', state] = region.split('-')
  if (country === 'BR' && state) return states[state] ?? region
  if (state || !/^[A-Z]{2}$/.test(country)) return region
  return new Intl.DisplayNames(locale, { type: 'region' }).of(country) ?? region
}
