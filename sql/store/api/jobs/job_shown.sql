-- A job as it is shown; of the functions in this directory.

create or replace function api.job_shown(j core.job) returns setof api.job
language sql stable as $$
    select j.id, j.kind, j.status, j.due_at, j.attempts,
           case when k.every is null then cardinality(k.delays) + 1 end,
           k.every is not null, j.line, core.job_told(j), j.result, j.error,
           j.holder, j.version, j.created_at, j.started_at, j.finished_at
    from core.job_kind k where k.kind = j.kind
$$;

grant select on core.job, core.job_kind to store_api;
