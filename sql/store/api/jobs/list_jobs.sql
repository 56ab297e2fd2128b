-- Jobs, newest first, of a status or a kind: GET /admin/jobs. Each status and
-- kind is read from its own end of the index, so no filter makes it slow.

create or replace function api.list_jobs(status text, kind text, "limit" int,
                                         cursor jsonb, count text,
                                         principal jsonb)
    returns table (id uuid, kind text, status text, due_at timestamptz,
                   attempts int, max_attempts int, periodic boolean,
                   line text, error text, version bigint,
                   created_at timestamptz, started_at timestamptz,
                   finished_at timestamptz, _cursor jsonb, _total bigint)
language sql stable as $$
    select s.id, s.kind, s.status, s.due_at, s.attempts, s.max_attempts,
           s.periodic, s.line, s.error, s.version, s.created_at, s.started_at,
           s.finished_at, jsonb_build_array(s.id),
           case when list_jobs.count <> 'none' then (
               select count(*) from core.job c
               where (list_jobs.status is null or c.status = list_jobs.status)
                     and (list_jobs.kind is null or c.kind = list_jobs.kind))
           end
    from unnest(case when list_jobs.status is null
                     then '{waiting,behind,running,done,dead,canceled}'
                     else array[list_jobs.status] end) w(status)
    join core.job_kind k
      on k.kind = coalesce(list_jobs.kind, k.kind)
    cross join lateral (
        select j.* from core.job j
        where j.status = w.status and j.kind = k.kind
              and j.id < coalesce((list_jobs.cursor ->> 0)::uuid,
                                  'ffffffff-ffff-ffff-ffff-ffffffffffff')
        order by j.id desc
        limit list_jobs."limit") j
    cross join lateral api.job_shown(j) s
    order by s.id desc
    limit list_jobs."limit"
$$;
