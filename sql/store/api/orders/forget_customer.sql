-- What the store knows of somebody for his sake alone goes with his account:
-- carts, wishes, and who wants to hear when goods are there again. Orders stay,
-- the books need them. Called by the handlers delete_me and delete_user once
-- the account is erased, with what is to be refused from then on, which is
-- answered as it came.
--
-- Locks: the carts, then levels that they held.

create or replace function api.forget_customer(customer_id uuid,
                                               revoke text[])
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    his  uuid[] := array(
        select c.id from core.cart c
        where c.customer_id = forget_customer.customer_id
              and c.status = 'open'
        order by c.id
        for update);
begin
    delete from core.wish w
    where w.customer_id = forget_customer.customer_id;

    delete from core.stock_notice n
    where n.customer_id = forget_customer.customer_id;

    perform core.carts_release(array(
        select c.id from core.cart c
        where c.id = any (his) and c.held_until is not null
        order by c.id));

    delete from core.cart c where c.id = any (his);

    return query select 204, forget_customer.revoke;
end
$$;
