-- Promotions in the order in which they were made:
-- GET /promotions, for catalog:write.

create or replace function api.list_promotions(
        code text, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.promotion
language sql stable as $$
    select r.id, r.code, r.name, r.kind, r.rate_ppm, r.amount, r.maximum,
           r.minimum, r.currency::text, r.product_ids, r.category_ids,
           r.priority, r.exclusive, r.active, r.starts_at, r.ends_at,
           r.total_limit, r.customer_limit,
           coalesce((select u.used from core.promotion_use u
                     where u.promotion_id = r.id), 0),
           r.version, r.created_at, r.updated_at,
           null::text, jsonb_build_array(r.id), null::bigint
    from core.promotion r
    where (list_promotions.cursor is null
           or r.id > (list_promotions.cursor ->> 0)::bigint)
          and (list_promotions.code is null
               or r.code = upper(list_promotions.code))
    order by r.id
    limit list_promotions."limit"
$$;

grant select on core.promotion, core.promotion_use to store_api;
