-- What must be done now and then and by nobody's request: called by one
-- worker of each gateway every few seconds.
--
-- Gives back what carts held for too long; catches up with products that a
-- change of a large category left behind; every minute brings popularity up to
-- what was ordered, forgets answers to idempotency keys after a day and carts
-- that nobody wants any more. All in portions: answers after how many
-- milliseconds there is more to do, null when there is not.
--
-- What nobody waits for leaves 24 parts in 25 of the time to others: a busy shop
-- moves the popularity of a hundred thousand products, and that is as much
-- work as their orders were. A portion looks at 500 products in 1 ms if none
-- has moved, and in 10 ms if all have, so either way the next one comes after
-- 250 ms: a walk over 100,000 products takes 50 s, over a million 9 minutes,
-- and popularity is as old as a walk and a minute at most.
--
-- Locks: an advisory one, so that gateways do not do it twice; then products
-- in id order.

create or replace function api.upkeep()
    returns table (after_ms integer)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    held     constant int := 100;
    stale    constant int := 500;
    looked   constant int := 500;
    many     constant int := 2000;
    soon     constant int := 100;
    rest     constant int := 250;
    begun    constant timestamptz := clock_timestamp();
    due      core.upkeep;
    more     boolean;
begin
    if not pg_try_advisory_xact_lock(hashtext('core.upkeep')) then
        return query select null::integer;
        return;
    end if;

    -- Alone, since it locks stock levels, which come before products.
    if core.carts_expire(held) > 0 then
        return query select soon;
        return;
    end if;

    if core.stale_refresh(stale) = stale then
        return query select soon;
        return;
    end if;

    select * into due from core.upkeep u
    where u.task = 'popularity' and u.last_at < now() - interval '1 minute';

    if not found then
        return query select null::integer;
        return;
    end if;

    due.position := core.popularity_refresh(due.position, looked);
    more := core.idempotency_forget(interval '24 hours', many) = many;
    more := core.carts_forget(many) = many or more;
    more := more or due.position is not null;

    update core.upkeep u
    set position = coalesce(due.position, 0),
        last_at = case when more then u.last_at else now() end
    where u.task = due.task;

    return query
    select case when more then greatest(rest, 24 * ceil(1000 * extract(
                epoch from clock_timestamp() - begun))::integer) end;
end
$$;
