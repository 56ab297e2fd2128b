-- What jobs stand on: declaring kinds, putting jobs, ending them.


-- Declares a kind of job, in a `do` block of a file in core/. What an operator
-- tuned in core.job_kind stays; a periodic kind gets its one job.

create or replace function core.job_kind_put(
        kind text, in_sql boolean, every interval default null,
        lease interval default '1 minute', concurrency int default 4,
        delays interval[] default null, keep interval default '1 day')
    returns void
language plpgsql as $$
begin
    insert into core.job_kind (kind, in_sql, every, lease, concurrency,
                               delays, keep)
    values (job_kind_put.kind, job_kind_put.in_sql, job_kind_put.every,
            job_kind_put.lease, job_kind_put.concurrency,
            coalesce(job_kind_put.delays,
                     '{5 s,30 s,2 min,10 min,30 min,1 h,3 h,6 h,12 h}'),
            job_kind_put.keep)
    on conflict on constraint job_kind_pkey
    do update set in_sql = excluded.in_sql;

    if job_kind_put.every is not null then
        perform core.job_put(job_kind_put.kind, '{}', dedupe => '');
    end if;
end
$$;


-- Puts a job and answers its id. With `dedupe` there is one unfinished job of
-- the kind and name: a waiting one is taken to be due at the earlier time, a
-- running one runs once more. The payload stays that of the first.

create or replace function core.job_put(kind text, payload jsonb,
                                        due_at timestamptz default now(),
                                        dedupe text default null)
    returns uuid
language sql as $$
    insert into core.job as j (kind, payload, due_at, dedupe)
    values (job_put.kind, job_put.payload, job_put.due_at, job_put.dedupe)
    on conflict (kind, dedupe) where status in ('waiting', 'behind', 'running')
    do update set again = j.again or j.status = 'running',
                  due_at = case when j.status = 'running' then j.due_at
                           else least(j.due_at, excluded.due_at) end
    returning id
$$;


-- Puts jobs that stand in lines: {kind, payload, line, ordinal} of each. Those
-- in front are held while we stand behind them: one that ends meanwhile would
-- not see us.

create or replace function core.job_put_in_line(jobs jsonb) returns void
language plpgsql as $$
begin
    perform from core.job j
    where j.line in (select n ->> 'line' from jsonb_array_elements(jobs) n)
          and j.status in ('waiting', 'behind', 'running')
    order by j.line, j.ordinal, j.id
    for share;

    insert into core.job (kind, payload, line, ordinal, status)
    select n.kind, n.payload, n.line, n.ordinal,
           case when n.place = 1 and not exists (
                    select from core.job j
                    where j.line = n.line
                          and j.status in ('waiting', 'behind', 'running'))
                then 'waiting' else 'behind' end
    from (select r.*, row_number() over (partition by r.line
                                         order by r.ordinal) as place
          from jsonb_to_recordset(jobs)
               as r(kind text, payload jsonb, line text, ordinal bigint)) n
    order by n.line, n.ordinal;
end
$$;


-- How long before the next attempt, after so many: null when there is none.

create or replace function core.job_delay(k core.job_kind, attempts int)
    returns interval
language sql volatile as $$
    select k.delays[case when k.every is null then attempts
                    else least(attempts, cardinality(k.delays)) end]
           * (0.9 + 0.2 * random())
$$;


-- Ends an unfinished job for good; whoever stood behind it steps forward. Of
-- its data it forgets what the payload calls its `secret`.

create or replace function core.job_end(id uuid, status text, error text,
                                        result jsonb)
    returns void
language plpgsql as $$
declare
    ended  core.job;
begin
    update core.job j
    set status = job_end.status, finished_at = now(), lease = null,
        holder = null, again = false, version = j.version + 1,
        payload = core.job_told(j),
        error = coalesce(left(job_end.error, 2000), j.error),
        result = coalesce(job_end.result, j.result)
    where j.id = job_end.id
    returning * into ended;

    if ended.line is not null then
        perform core.job_step_forward(ended.line);
    end if;
end
$$;


-- The payload without its secret: for whoever looks at jobs.

create or replace function core.job_told(j core.job) returns jsonb
language sql stable as $$
    select case when j.payload ? 'secret'
           then j.payload #- array['data', j.payload ->> 'secret']
           else j.payload end
$$;


-- The first of a line is no longer behind anybody.

create or replace function core.job_step_forward(line text) returns void
language sql as $$
    update core.job j set status = 'waiting'
    where j.status = 'behind'
          and j.id = (select f.id from core.job f
                      where f.line = job_step_forward.line
                            and f.status in ('waiting', 'behind', 'running')
                      order by f.ordinal, f.id
                      limit 1)
$$;


-- Puts a running job back: due after a while, with or without having counted
-- the attempt.

create or replace function core.job_back(id uuid, after interval,
                                         attempts int, error text)
    returns void
language sql as $$
    update core.job j
    set status = 'waiting', lease = null, holder = null, again = false,
        due_at = now() + job_back.after, attempts = job_back.attempts,
        version = j.version + 1, error = left(job_back.error, 2000)
    where j.id = job_back.id
$$;


-- Reports what became of a job that the caller holds locked:
--   done      it is; a periodic one waits for its next time, and any other
--             goes on after `after` if that is given
--   retry     it failed, and may be tried again (`after`, or the kind's table)
--   dead      it failed, and would again
--   postponed it was not tried: again after `after`, or at once if somebody
--             put it meanwhile

create or replace function core.job_report(j core.job, outcome text,
                                           error text, after interval,
                                           result jsonb)
    returns void
language plpgsql as $$
declare
    k     core.job_kind;
    wait  interval;
begin
    select * into k from core.job_kind x where x.kind = j.kind;
    wait := core.job_delay(k, j.attempts);

    if outcome = 'postponed' then
        perform core.job_back(j.id, case when j.again then interval '0'
                                    else after end,
                              j.attempts - 1, error);

    elsif outcome = 'done' and (coalesce(after, k.every) is not null
                                or j.again) then
        perform core.job_back(j.id, case when j.again then interval '0'
                                    else coalesce(after, k.every) end,
                              0, null);
        update core.job x
        set result = coalesce(job_report.result, x.result)
        where x.id = j.id;

    elsif outcome = 'done' then
        perform core.job_end(j.id, 'done', null, result);

    elsif wait is null or outcome = 'dead' and k.every is null then
        perform core.job_end(j.id, 'dead', error, result);

    else
        perform core.job_back(j.id, coalesce(after, wait), j.attempts, error);
    end if;
end
$$;
