-- Deletes finished jobs after the time that their kind keeps them; dead ones
-- stay thirty times as long.

create or replace function api.job_job_forget(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    many  constant int := 2000;
    gone  int;
begin
    delete from core.job j
    where j.id = any (array(
        select x.id from core.job_kind k
        cross join lateral (
            select f.id from core.job f
            where f.kind = k.kind and f.finished_at < now() - k.keep
                  and (f.status <> 'dead'
                       or f.finished_at < now() - 30 * k.keep)
            order by f.finished_at
            limit many) x
        limit many));

    get diagnostics gone = row_count;
    return gone = many;
end
$$;
