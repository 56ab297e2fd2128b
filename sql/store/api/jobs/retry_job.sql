-- Tries a job at once: POST /admin/jobs/{id}/retry. A dead or canceled one
-- begins anew; one that waits, a periodic one too, waits no longer. What
-- stands in a line and was given up goes before those that still wait.
--
-- Raises: CM404 job_not_found, CM409 job_not_retriable (it runs, is done, or
--   stands behind another, or has forgotten what it was to tell), CM409 job_superseded (another of its name waits).
-- Locks: the job.

create or replace function api.retry_job(id uuid, principal jsonb)
    returns setof api.job
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    j  core.job;
begin
    select * into j from core.job x where x.id = retry_job.id for update;

    if not found then
        perform core.fail('job_not_found', 404);
    end if;

    if j.status not in ('waiting', 'dead', 'canceled')
       or j.status <> 'waiting' and j.payload ? 'secret'
    then
        perform core.fail('job_not_retriable', 409,
                          jsonb_build_object('job_status', j.status));
    end if;

    update core.job x
    set status = 'waiting', due_at = now(), finished_at = null,
        attempts = case when j.status = 'waiting' then j.attempts else 0 end,
        version = x.version + 1
    where x.id = j.id;

    perform core.audit('job', j.id::text, 'job', 'update',
                       jsonb_build_object('status', j.status),
                       jsonb_build_object('status', 'waiting',
                                          'kind', j.kind));

    return query select * from api.get_job(j.id, retry_job.principal);

exception when unique_violation then
    perform core.fail('job_superseded', 409);
end
$$;
