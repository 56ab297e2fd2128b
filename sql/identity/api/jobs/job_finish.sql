-- What became of a message: called by the job runner. What was sent, and what
-- never will be, forgets its secret. No row: it is somebody else's by now.
--
-- Locks: the message.

create or replace function api.job_finish(id uuid, lease uuid, outcome text,
                                          error text, after_ms bigint,
                                          result jsonb)
    returns table (reported boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    delays  constant interval[] :=
        '{10 s,30 s,1 min,1 min,2 min,2 min,4 min,4 min,10 min,30 min,1 h,2 h,
          4 h,8 h}';
    m       core.mail_outbox;
    wait    interval;
begin
    select * into m from core.mail_outbox x
    where x.id = job_finish.id and x.lease = job_finish.lease
    for no key update;

    if not found then
        return;
    end if;

    wait := coalesce(job_finish.after_ms * interval '1 millisecond',
                     delays[m.attempts] * (0.9 + 0.2 * random()));

    update core.mail_outbox x
    set lease = null, last_error = job_finish.error,
        sent_at = case when outcome = 'done' then now() end,
        given_up_at = case when outcome = 'dead'
                           or outcome = 'retry' and wait is null
                           then now() end,
        attempts = x.attempts - case when outcome = 'postponed' then 1
                                else 0 end,
        data = case when outcome in ('done', 'dead') or wait is null
               then x.data - 'token' else x.data end,
        due_at = now() + coalesce(wait, interval '0')
    where x.id = m.id;

    return query select true;
end
$$;
