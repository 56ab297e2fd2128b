-- Of api.upkeep: holds whose time is over go back, and carts that nobody has
-- touched for long are deleted, at most so many of each; answers how many.
-- Carts that somebody is just changing are left for the next time.

create or replace function core.carts_expire(at_most int) returns bigint
language plpgsql as $$
declare
    over  uuid[] := array(
        select c.id from core.cart c
        where c.held_until <= now()
        order by c.held_until limit at_most
        for no key update skip locked);
begin
    if over = '{}' then
        return 0;
    end if;

    perform core.carts_release(over);
    return cardinality(over);
end
$$;


create or replace function core.carts_forget(at_most int) returns bigint
language plpgsql as $$
declare
    gone  bigint;
begin
    delete from core.cart c
    where c.id in (
        select o.id from core.cart o
        where o.updated_at < now() - core.setting_number('cart.keep_days', 90)
                                     * interval '1 day'
              and o.held_until is null
        order by o.updated_at, o.id limit at_most
        for update skip locked);

    get diagnostics gone = row_count;
    return gone;
end
$$;
