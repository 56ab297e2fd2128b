-- Background work: kinds of jobs, and jobs.
--
-- A job is claimed by a worker of any gateway for the time of a lease
-- (api.job_claim), done, and reported (api.job_finish); whoever dies lets its
-- lease run out, and another takes the job. So a job is begun at least once,
-- and what it does must bear a repetition; what is done in SQL alone
-- (api.job_run) has its effect exactly once, since effect and report are one
-- transaction.

create table core.job_kind (
    kind         text primary key check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
    in_sql       boolean not null,      -- api.job_<kind>(payload); else a
                                        -- handler of the gateway
    every        interval check (every >= interval '1 second'),
                                        -- periodic: one job for ever
    lease        interval not null default '1 minute'
                 check (lease >= interval '15 seconds'),
    concurrency  int not null default 4 check (concurrency between 0 and 1000),
    delays       interval[] not null
                 default '{5 s,30 s,2 min,10 min,30 min,1 h,3 h,6 h,12 h}'
                 check (cardinality(delays) between 1 and 50
                        and array_position(delays, null) is null),
    keep         interval not null default '1 day',
    created_at   timestamptz not null default now()
);

comment on column core.job_kind.delays is
    'Before the second, third, ... attempt, give or take a tenth; after the '
    'last of them the job is dead. A periodic job never is.';


-- due_at is when somebody may take the job: a waiting one at its time, a
-- running one when its lease has run out. Jobs of one line are done one after
-- another in order of ordinal: all but the first stand behind it.

create table core.job (
    id           uuid primary key default core.uuid_v7(),
    kind         text not null references core.job_kind,
    status       text not null default 'waiting'
                 check (status in ('waiting', 'behind', 'running', 'done',
                                   'dead', 'canceled')),
    due_at       timestamptz not null default now(),
    attempts     int not null default 0,
    version      bigint not null default 1,
    lease        uuid,                  -- who may report; null: not running
    holder       text check (length(holder) <= 200),
    again        boolean not null default false,
                                        -- wanted once more while it ran
    line         text check (length(line) <= 200),
    ordinal      bigint not null default 0,
    dedupe       text check (length(dedupe) <= 200),
    payload      jsonb not null default '{}',
    result       jsonb,
    error        text check (length(error) <= 2000),
    created_at   timestamptz not null default now(),
    started_at   timestamptz,
    finished_at  timestamptz,
    check ((status = 'running') = (lease is not null)),
    check ((status in ('done', 'dead', 'canceled'))
           = (finished_at is not null)),
    check (status <> 'behind' or line is not null)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_vacuum_threshold = 1000);

create index job_due on core.job (kind, due_at)
 where status in ('waiting', 'running');

create index job_held on core.job (kind) where status = 'running';

create unique index job_dedupe on core.job (kind, dedupe)
 where status in ('waiting', 'behind', 'running');

create index job_line on core.job (line, ordinal, id)
 where status in ('waiting', 'behind', 'running') and line is not null;

create index job_finished on core.job (kind, finished_at)
 where finished_at is not null;

create index job_status on core.job (status, kind, id);


-- Where a table that is swept piece by piece was left (core.sweep).

create table core.sweep (
    task   text primary key,
    block  bigint not null default 0
);


-- Events are relayed by subject, those of one in order of version: numbers of
-- a sequence that sessions keep in stock say nothing about order.

create index outbox_subject on core.outbox (subject, version)
 where published_at is null;

drop index core.outbox_waiting;


insert into core.setting (key, value) values
    ('orders.expire_after', '{"default": "72 hours"}'),
    ('outbox.keep', '"3 months"');
