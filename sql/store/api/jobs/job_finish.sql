-- Reports what became of a job: called by the job runner. No row: the lease
-- ran out and the job is somebody else's by now.
--
-- Locks: the job, then who stands behind it.

create or replace function api.job_finish(id uuid, lease uuid, outcome text,
                                          error text, after_ms bigint,
                                          result jsonb)
    returns table (reported boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    j  core.job;
begin
    select * into j from core.job x
    where x.id = job_finish.id and x.lease = job_finish.lease
    for update;

    if found then
        perform core.job_report(j, job_finish.outcome, job_finish.error,
                                job_finish.after_ms
                                * interval '1 millisecond',
                                job_finish.result);
        return query select true;
    end if;
end
$$;
