-- The store credit of a customer, an account for each currency: GET
-- /customers/{id}/store-credit, for orders:read.

create or replace function api.list_customer_store_credit(
        id uuid, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.credit
language sql stable as $$
    select c.id, c.kind, c.customer_id, c.hint,
           core.money(c.balance, c.currency), c.active, c.expires_at, c.note,
           c.version, c.created_at, c.updated_at,
           jsonb_build_array(c.currency)
    from core.credit c
    where c.customer_id = list_customer_store_credit.id
          and c.kind = 'store_credit'
          and (list_customer_store_credit.cursor is null
               or c.currency > (list_customer_store_credit.cursor ->> 0))
    order by c.currency
    limit list_customer_store_credit."limit"
$$;
