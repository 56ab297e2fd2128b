import { isProblem } from '@commerce/api'
import { useFormat } from '@commerce/i18n'
import { EmptyState, ErrorState, Loading } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Card, Facts } from '../../parts/card'
import { Page } from '../../frame/page'
import { importQuery } from './data'
import { ImportBadge, ImportResult } from './result'

const route = getRouteApi('/shell/importacoes/$id')

export function ImportPage() {
  const { id } = route.useParams()
  const { t } = useLingui()
  const format = useFormat()
  const query = useQuery(importQuery(id))
  const one = query.data
  if (isProblem(query.error) && query.error.status === 404) {
    return <EmptyState page icon="search" title={<Trans>Não há esta importação</Trans>} />
  }
  if (query.error && !one) {
    return <ErrorState page error={query.error} retry={() => query.refetch()} />
  }
  if (!one) return <Loading />
  return (
    <Page
      title={one.filename ?? t`Importação`}
      crumbs={[{ to: '/importacoes', label: t`Importações` }]}
      mark={<ImportBadge of={one} />}
    >
      <div className="grid max-w-5xl gap-5">
        <Card title={<Trans>Resultado</Trans>}>
          <ImportResult import={one} />
        </Card>
        <Card title={<Trans>O arquivo</Trans>}>
          <Facts
            of={[
              [t`Formato`, one.format === 'products' ? t`Produtos` : t`Vendas`],
              [t`Colunas`, one.columns.join(', ')],
              [t`Recebido em`, one.created_at && format.dateTime(one.created_at)],
              [t`Terminou em`, one.finished_at && format.dateTime(one.finished_at)],
            ]}
          />
        </Card>
      </div>
    </Page>
  )
}
