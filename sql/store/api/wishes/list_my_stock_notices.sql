-- What the caller wants to hear of: GET /me/stock-notices, for shop.

create or replace function api.list_my_stock_notices(
        "limit" int, cursor jsonb, principal jsonb)
    returns table (id uuid, variant_id bigint, email text, language text,
                   created_at timestamptz, _cursor jsonb)
language sql stable as $$
    select n.id, n.variant_id, n.email, n.language, n.created_at,
           jsonb_build_array(n.id)
    from core.stock_notice n
    where n.customer_id = (list_my_stock_notices.principal ->> 'sub')::uuid
          and n.told_at is null
          and (list_my_stock_notices.cursor is null
               or n.id > (list_my_stock_notices.cursor ->> 0)::uuid)
    order by n.id
    limit list_my_stock_notices."limit"
$$;

grant select on core.stock_notice to store_api;
