-- One job: GET /admin/jobs/{id}.

create or replace function api.get_job(id uuid, principal jsonb)
    returns setof api.job
language sql stable as $$
    select s.*
    from core.job j cross join lateral api.job_shown(j) s
    where j.id = get_job.id
$$;
