// What goes on below: files in and out, background work, health.

import { msg } from '@lingui/core/macro'
import { screen } from '@commerce/ui'
import { createRoute } from '@tanstack/react-router'
import { shell } from '../frame/routes'
import { compact, oneOf, tableSearch, text, type Raw, type TableSearch } from '../search'
import type { NavGroup } from './types'

export const JOB_STATUSES = ['waiting', 'behind', 'running', 'done', 'dead', 'canceled'] as const

export interface JobsSearch extends TableSearch {
  status?: (typeof JOB_STATUSES)[number]
  kind?: string
}

function validateJobs(raw: Raw): JobsSearch {
  const kind = text(raw['kind'], 63)
  return compact({
    ...tableSearch(raw, []),
    status: oneOf(JOB_STATUSES, raw['status']),
    kind: kind && /^[a-z][a-z0-9_]*$/.test(kind) ? kind : undefined,
  })
}

export interface AuditSearch extends TableSearch {
  operation?: string
  subject?: string
  actor?: string
}

function validateAudit(raw: Raw): AuditSearch {
  return compact({
    ...tableSearch(raw, []),
    operation: text(raw['operation'], 63),
    subject: text(raw['subject'], 120),
    actor: text(raw['actor'], 36),
  })
}

const imports = createRoute({
  getParentRoute: () => shell,
  path: '/importacoes',
  validateSearch: (raw: Raw): TableSearch => compact(tableSearch(raw, [])),
  component: screen(() => import('../pages/imports/list'), 'ImportsPage'),
})

const newImport = createRoute({
  getParentRoute: () => shell,
  path: '/importacoes/nova',
  component: screen(() => import('../pages/imports/new'), 'NewImportPage'),
})

const oneImport = createRoute({
  getParentRoute: () => shell,
  path: '/importacoes/$id',
  component: screen(() => import('../pages/imports/import'), 'ImportPage'),
})

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/tarefas',
  validateSearch: validateJobs,
  component: screen(() => import('../pages/background/jobs'), 'JobsPage'),
})

const job = createRoute({
  getParentRoute: () => shell,
  path: '/tarefas/$id',
  component: screen(() => import('../pages/background/job'), 'JobPage'),
})

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/auditoria',
  validateSearch: validateAudit,
  component: screen(() => import('../pages/background/audit'), 'AuditPage'),
})

const health = createRoute({
  getParentRoute: () => shell,
  path: '/saude',
  component: screen(() => import('../pages/background/health'), 'HealthPage'),
})

export const routes = [imports, newImport, oneImport, jobs, job, audit, health] as const

export const nav: NavGroup = {
  label: msg`Sistema`,
  entries: [
    {
      to: '/importacoes',
      label: msg`Importar e exportar`,
      glyph: 'import',
      scope: 'imports:write',
    },
    { to: '/tarefas', label: msg`Tarefas`, glyph: 'clock', scope: 'admin' },
    { to: '/auditoria', label: msg`Auditoria`, glyph: 'log', scope: 'admin' },
    { to: '/saude', label: msg`Saúde do sistema`, glyph: 'pulse', scope: 'reports:read' },
  ],
}
