-- Claims mail that is due: called by the job runner of each worker, to which
-- each message is a job of kind `mail` (as in the store's api.job_claim). What
-- is too old to be of use is given up; secrets go with it.
--
-- Locks: the messages; what somebody else has locked is passed over.

create or replace function api.job_claim(kinds text[], holder text,
                                         at_most int)
    returns table (id uuid, kind text, payload text, attempt int, lease uuid,
                   in_sql boolean, created bigint)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    if not 'mail' = any (job_claim.kinds) then
        return;
    end if;

    return query
    with due as materialized (
        select m.id,
               (m.data ->> 'expires_at')::timestamptz <= now() as late
        from core.mail_outbox m
        where m.due_at <= now() and m.sent_at is null
              and m.given_up_at is null and m.recipient is not null
        order by m.due_at
        limit least(job_claim.at_most, 8)
        for update skip locked
    ),
    gone as (
        update core.mail_outbox u
        set given_up_at = now(), data = u.data - 'token', lease = null,
            last_error = coalesce(u.last_error, 'expired')
        from due d where u.id = d.id and d.late
    )
    update core.mail_outbox u
    set attempts = u.attempts + 1, lease = gen_random_uuid(),
        due_at = now() + interval '1 minute'
    from due d
    where u.id = d.id and d.late is not true
    returning u.id, 'mail', jsonb_build_object(
                  'to', u.recipient, 'template', u.template,
                  'language', u.language, 'data', u.data)::text,
              u.attempts, u.lease, false,
              extract(epoch from u.created_at)::bigint;
end
$$;
