-- What must be done now and then and by nobody's request: called by one
-- worker of each gateway every minute.
--
-- Brings popularity up to what was ordered and forgets answers to idempotency
-- keys after a day, both in portions; again says that there is more to do.
--
-- Locks: an advisory one, so that gateways do not do it twice; then products
-- in id order.

create or replace function api.upkeep()
    returns table (again boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    portion constant int := 2000;
    ranked  bigint;
    forgot  bigint;
begin
    if not pg_try_advisory_xact_lock(hashtext('core.upkeep')) then
        return query select false;
        return;
    end if;

    ranked := core.popularity_refresh(portion);
    forgot := core.idempotency_forget(interval '24 hours', portion);

    return query select ranked = portion or forgot = portion;
end
$$;
