-- The caller's store credit, an account for each currency: GET
-- /me/store-credit, for shop.

create or replace function api.list_my_store_credit(
        "limit" int, cursor jsonb, principal jsonb)
    returns setof api.credit
language sql stable as $$
    select l.*
    from api.list_customer_store_credit(
        (list_my_store_credit.principal ->> 'sub')::uuid,
        list_my_store_credit."limit", list_my_store_credit.cursor,
        list_my_store_credit.principal) l
$$;
