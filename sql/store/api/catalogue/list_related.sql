-- What else a customer may like: GET /products/{id}/related.
--
-- Those chosen by hand come first, in their order; then the most popular of
-- the product's most special category, until there are enough.  Of those that
-- were chosen staff see also those that the shop does not show now.

create or replace function api.list_related(id text, chosen boolean,
                                            "limit" int, principal jsonb)
    returns table (data jsonb)
language sql stable as $$
    select coalesce((
        select jsonb_agg(jsonb_build_object(
                   'id', r.id, 'slug', r.slug, 'name', r.name,
                   'status', r.status, 'sku', r.variants -> 0 ->> 'sku',
                   'price', core.money(r.price_amount, r.currency),
                   'availability', r.availability, 'images', r.images)
                   order by near.turn, near.place, near.id)
        from (select x.id, min(x.turn) as turn, min(x.place) as place
              from ((select pr.related_id as id, 1 as turn,
                            pr.position as place
                     from core.product_related pr
                     where pr.product_id = p.id)
                    union all
                    (select l.product_id, 2,
                            row_number() over (order by l.popularity desc,
                                               l.product_id desc)
                     from core.product_listing l
                     where l.category_id = coalesce(
                               (p.categories -> -1 ->> 'id')::bigint, 0)
                           and l.status = 'active' and l.product_id <> p.id
                           and list_related.chosen is not true
                     order by l.popularity desc, l.product_id desc
                     limit list_related."limit")) x
              join core.product shown on shown.id = x.id
                   and (shown.status = 'active'
                        or list_related.chosen
                           and core.has_scope(list_related.principal,
                                              'catalog:write'))
              group by x.id
              order by 2, 3, 1
              limit list_related."limit") near
        join core.product r on r.id = near.id), '[]')
    from core.product p
    where p.id = core.product_id(list_related.id)
          and (p.status = 'active'
               or core.has_scope(list_related.principal, 'catalog:write'))
$$;

grant select on core.product, core.product_related, core.product_listing
    to store_api;
