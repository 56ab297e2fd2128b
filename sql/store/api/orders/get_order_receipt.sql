-- The receipt of an order as a page to print: GET /orders/{id}/receipt, for its
-- buyer or orders:read; for everybody else it does not exist.
-- Raises: CM404 order_not_found.

create or replace function api.get_order_receipt(id text, principal jsonb,
                                                 language text)
    returns table (version bigint, _body text)
language plpgsql stable security definer
    set search_path = core, pg_temp as $$
begin
    return query
    select o.version, core.receipt(o, get_order_receipt.language)
    from core.orders o
    where o.id = core.order_id(get_order_receipt.id)
          and (o.customer_id = (get_order_receipt.principal ->> 'sub')::uuid
               or core.has_scope(get_order_receipt.principal,
                                 'orders:read'));

    if not found then
        perform core.fail('order_not_found', 404);
    end if;
end
$$;
