// What attributes of products are called. The catalogue names them in a word of
// its own, without accents; those that shops often have are spelled out here,
// and any other is shown as it is.

import { useLingui } from '@lingui/react/macro'

export function useAttributeName(): (name: string) => string {
  const { t } = useLingui()
  const known: Record<string, string> = {
    capacidade: t`capacidade`,
    coluna_dagua: t`coluna d’água`,
    comprimento: t`comprimento`,
    conexao: t`conexão`,
    cor: t`cor`,
    diametro: t`diâmetro`,
    genero: t`gênero`,
    lamina: t`lâmina`,
    marca: t`marca`,
    material: t`material`,
    memoria: t`memória`,
    numeracao: t`numeração`,
    origem: t`origem`,
    pecas: t`peças`,
    peso: t`peso`,
    potencia: t`potência`,
    resistencia: t`resistência à água`,
    resolucao: t`resolução`,
    sabor: t`sabor`,
    tamanho: t`tamanho`,
    tecido: t`tecido`,
    voltagem: t`voltagem`,
  }
  return (name) => known[name] ?? name.replaceAll('_', ' ')
}
