-- Prolongs leases of mail: called by the job runner.
--
-- Locks: the messages, in the order of their ids.

create or replace function api.job_renew(leases uuid[])
    returns table (renewed int)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    many  int;
begin
    with mine as (
        select m.id from core.mail_outbox m
        where m.lease = any (job_renew.leases)
              and m.sent_at is null and m.due_at > now() - interval '1 hour'
        order by m.id
        for no key update
    )
    update core.mail_outbox u set due_at = now() + interval '1 minute'
    from mine m where u.id = m.id;

    get diagnostics many = row_count;
    return query select many;
end
$$;
