-- Does a job whose kind is a function of SQL: runs api.job_<kind>(payload),
-- which answers whether there is more to do, and reports it in the same
-- transaction. No row: the lease ran out and the job is somebody else's.
--
-- Locks: the job, then those of the function.

create or replace function api.job_run(id uuid, lease uuid)
    returns table (again boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    j     core.job;
    more  boolean;
begin
    select x.* into j from core.job x
    join core.job_kind k on k.kind = x.kind
    where x.id = job_run.id and x.lease = job_run.lease and k.in_sql
    for update of x;

    if not found then
        return;
    end if;

    begin
        execute format('select api.%I($1)', 'job_' || j.kind)
        into more using j.payload;

    exception when others then
        perform core.job_report(j, 'retry', sqlstate || ' ' || sqlerrm, null,
                                null);
        return query select false;
        return;
    end;

    perform core.job_report(j, 'done', null,
                            case when more then interval '0' end, null);
    return query select coalesce(more, false);
end
$$;
