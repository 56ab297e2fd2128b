-- Gives up a job that nobody works on: POST /admin/jobs/{id}/cancel. Who stood
-- behind it steps forward.
--
-- Raises: CM404 job_not_found, CM409 job_not_cancelable (it runs, has ended,
--   or is periodic).
-- Locks: the job, then who stands behind it.

create or replace function api.cancel_job(id uuid, principal jsonb)
    returns setof api.job
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    j         core.job;
    periodic  boolean;
begin
    select x.* into j from core.job x where x.id = cancel_job.id for update;

    if not found then
        perform core.fail('job_not_found', 404);
    end if;

    select k.every is not null into periodic
    from core.job_kind k where k.kind = j.kind;

    if j.status not in ('waiting', 'behind') or periodic then
        perform core.fail('job_not_cancelable', 409,
                          jsonb_build_object('job_status', j.status));
    end if;

    perform core.job_end(j.id, 'canceled', null, null);
    perform core.audit('job', j.id::text, 'job', 'update',
                       jsonb_build_object('status', j.status),
                       jsonb_build_object('status', 'canceled',
                                          'kind', j.kind));

    return query select * from api.get_job(j.id, cancel_job.principal);
end
$$;
