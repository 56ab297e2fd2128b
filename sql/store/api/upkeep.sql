-- What must be done now and then and by nobody's request: called by one
-- worker of each gateway every few seconds.
--
-- Gives back what carts held for too long. Catches up with products that a change of a large category left behind,
-- every minute brings popularity up to what was ordered, forgets answers to
-- idempotency keys after a day and carts that nobody wants any more; all in portions, again says that there is
-- more to do.
--
-- Locks: an advisory one, so that gateways do not do it twice; then products
-- in id order.

create or replace function api.upkeep()
    returns table (again boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    held   constant int := 100;
    stale  constant int := 500;
    many   constant int := 2000;
    again  boolean;
    ranked boolean;
    forgot boolean;
begin
    if not pg_try_advisory_xact_lock(hashtext('core.upkeep')) then
        return query select false;
        return;
    end if;

    -- Alone, since it locks stock levels, which come before products.
    if core.carts_expire(held) > 0 then
        return query select true;
        return;
    end if;

    again := core.stale_refresh(stale) = stale;

    if exists (select from core.upkeep u
               where u.task = 'popularity'
                     and u.last_at < now() - interval '1 minute')
    then
        ranked := core.popularity_refresh(many) = many;
        forgot := core.idempotency_forget(interval '24 hours', many) = many;
        again := again or ranked or forgot
                 or core.carts_forget(many) = many;

        if not (ranked or forgot) then
            update core.upkeep u set last_at = now()
            where u.task = 'popularity';
        end if;
    end if;

    return query select again;
end
$$;
