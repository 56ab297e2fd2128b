-- Prolongs leases that are still theirs: called by the job runner for what a
-- worker has in hand.
--
-- Locks: the jobs, in the order of their ids.

create or replace function api.job_renew(leases uuid[])
    returns table (renewed int)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    many  int;
begin
    with mine as (
        select j.id, k.lease
        from core.job j
        join core.job_kind k on k.kind = j.kind
        where j.status = 'running' and j.lease = any (job_renew.leases)
        order by j.id
        for no key update of j
    )
    update core.job u set due_at = now() + m.lease
    from mine m where u.id = m.id;

    get diagnostics many = row_count;
    return query select many;
end
$$;
