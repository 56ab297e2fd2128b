-- Locks an order for a change by the caller and answers its row: staff with
-- orders:write may change any, its buyer his own; for everybody else it does
-- not exist.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch.

create or replace function core.order_take(given text, principal jsonb,
                                           expected_version bigint)
    returns core.orders
language plpgsql as $$
declare
    o  core.orders;
begin
    select * into o from core.orders
    where id = core.order_id(given)
          and (core.has_scope(principal, 'orders:write')
               or customer_id = (principal ->> 'sub')::uuid)
    for no key update;

    if not found then
        perform core.fail('order_not_found', 404);
    end if;

    perform core.check_version(o.version, expected_version);
    return o;
end
$$;


-- Locks the order of a guest for whoever knows its number and the address it
-- was placed with (`asked` has both); that of an account does not exist here.
--
-- Raises: CM404 order_not_found.

create or replace function core.order_tracked(asked jsonb)
    returns core.orders
language plpgsql as $$
declare
    o  core.orders;
begin
    select * into o from core.orders x
    where x.number = (asked ->> 'number')::bigint
          and lower(x.email) = lower(asked ->> 'email')
          and x.kind = 'sale' and x.customer_id is null
    for no key update;

    if not found then
        perform core.fail('order_not_found', 404);
    end if;

    return o;
end
$$;
