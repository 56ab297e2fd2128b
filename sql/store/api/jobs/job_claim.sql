-- Claims jobs that are due, of the kinds that the asking gateway has handlers
-- for and of those that are done in SQL: called by the job runner of each
-- worker.
--
-- Each claim has a lease of its own: only who shows it may renew it or report
-- (api.job_renew, api.job_finish, api.job_run). A job whose lease ran out with
-- its last attempt is dead.
--
-- Plans are kept and go by the index of what is due, whose first entry says
-- whether a kind has anything: however many wait for their time, they are not
-- read.
--
-- Locks: the kinds that have something due, which keeps their count exact and
-- claimers of the same kind apart; then the jobs. What somebody else has
-- locked is passed over, so nobody waits.

create or replace function api.job_claim(kinds text[], holder text,
                                         at_most int)
    returns table (id uuid, kind text, payload text, attempt int, lease uuid,
                   in_sql boolean, created bigint)
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
#variable_conflict use_column
declare
    k     core.job_kind;
    room  int := job_claim.at_most;
    took  int;
begin
    for k in
        select q.* from core.job_kind q
        where (q.in_sql or q.kind = any (job_claim.kinds))
              and (select min(j.due_at) from core.job j
                   where j.kind = q.kind
                         and j.status in ('waiting', 'running')) <= now()
        order by q.kind
        for no key update skip locked
    loop
        exit when room <= 0;

        perform core.job_end(j.id, 'dead', 'lease_expired', null)
        from (select x.id from core.job x
              where x.kind = k.kind and x.status = 'running'
                    and x.due_at <= now() and k.every is null
                    and x.attempts > cardinality(k.delays)
              for update skip locked) j;

        return query
        with due as (
            select j.id, j.lease as was
            from core.job j
            where j.kind = k.kind and j.due_at <= now()
                  and j.status in ('waiting', 'running')
            order by j.due_at
            limit greatest(0, least(room, k.concurrency - (
                select count(*)::int from core.job r
                where r.kind = k.kind and r.status = 'running'
                      and r.due_at > now())))
            for update skip locked
        )
        update core.job u
        set status = 'running', attempts = u.attempts + 1,
            lease = gen_random_uuid(), holder = job_claim.holder,
            due_at = now() + k.lease, started_at = now(),
            version = u.version + 1,
            error = case when d.was is not null then 'lease_expired'
                    else u.error end
        from due d
        where u.id = d.id
        returning u.id, u.kind, u.payload::text, u.attempts, u.lease,
                  k.in_sql, extract(epoch from u.created_at)::bigint;

        get diagnostics took = row_count;
        room := room - took;
    end loop;
end
$$;
