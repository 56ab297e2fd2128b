import { useUser } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { Page } from '../../frame/page'

export function DashboardPage() {
  const { t } = useLingui()
  const name = useUser()?.name.split(' ')[0]
  return <Page title={name ? t`Olá, ${name}` : t`Início`}>{null}</Page>
}
