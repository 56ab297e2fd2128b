-- What a postal code (CEP) tells of its place: GET /postal-codes/{code}. The
-- state always; city, district and street as far as the shop knows them.
-- No row: it belongs nowhere.

create or replace function api.get_postal_code(code text)
    returns table (_body jsonb)
language sql stable as $$
    select jsonb_build_object(
               'postal_code', asked.digits, 'country', r.country,
               'state', split_part(coalesce(p.region, r.region), '-', 2),
               'city', p.city, 'district', p.district, 'street', p.street)
      from (select regexp_replace(get_postal_code.code, '\D', '', 'g')
                   as digits) asked
      join core.postal_region r
        on r.country = 'BR'
           and left(asked.digits, length(r.first)) between r.first and r.last
      left join lateral (
           select f.* from core.postal_place f
            where f.country = r.country
                  and asked.digits between f.first and f.last
            order by f.last::bigint - f.first::bigint
            limit 1) p on true
     limit 1
$$;

grant select on core.postal_region, core.postal_place to store_api;
