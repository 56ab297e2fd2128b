-- Deletes answers older than that, at most so many; answers how many.

create or replace function core.idempotency_forget(age interval,
                                                   at_most int)
    returns bigint
language plpgsql set search_path = core, pg_temp as $$
declare
    gone bigint;
begin
    delete from core.idempotency i
    where i.ctid = any (array(select o.ctid from core.idempotency o
                              where o.created_at < now() - age
                              limit at_most));

    get diagnostics gone = row_count;
    return gone;
end
$$;
