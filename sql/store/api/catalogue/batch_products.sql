-- Up to 1,000 upserts in one transaction, each with its own result: POST
-- /products/batch.
--
-- An item names its product by id, source and external_id, or sku.  One that
-- is refused does not keep the others from being saved.

create or replace function api.batch_products(body jsonb, principal jsonb)
    returns table (created bigint, updated bigint, unchanged bigint,
                   failed bigint, results jsonb)
language plpgsql security definer set search_path = core, pg_temp
    set jit = off as $$
#variable_conflict use_column
declare
    items   jsonb := core.upsert_items(batch_products.body -> 'products',
                                       '/products');
    wrong   jsonb;
    saved   jsonb;
begin
    select jsonb_object_agg(w.n, w.errors) into wrong
    from (select e.n, jsonb_agg(jsonb_build_object('pointer', e.pointer,
                                                   'code', e.code)
                                order by e.pointer) as errors
          from (select c.n, c.pointer, c.code
                from core.check_products((
                         select jsonb_agg(i)
                         from jsonb_array_elements(items) i
                         where not (i ->> 'missing')::boolean
                               and not (i ->> 'twice')::boolean)) c
                union all
                select (i ->> 'n')::int, i ->> 'at',
                       case when (i ->> 'missing')::boolean
                            then 'product_not_found'
                            else 'named_twice' end
                from jsonb_array_elements(items) i
                where (i ->> 'missing')::boolean
                      or (i ->> 'twice')::boolean) e
          group by e.n) w;

    select jsonb_object_agg(s.n, jsonb_build_object('id', s.id,
                                                    'created', s.created))
    into saved
    from core.save_products((select coalesce(jsonb_agg(i), '[]')
                             from jsonb_array_elements(items) i
                             where not coalesce(wrong ? (i ->> 'n'), false)),
                            (batch_products.principal ->> 'sub')::uuid) s;

    return query
    select count(*) filter (where r.status = 'created'),
           count(*) filter (where r.status = 'updated'),
           count(*) filter (where r.status = 'unchanged'),
           count(*) filter (where r.status = 'failed'),
           jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'index', r.n, 'status', r.status, 'id', r.id,
               'version', r.version, 'errors', wrong -> r.n::text))
               order by r.n)
    from (select (i ->> 'n')::int as n, p.id, p.version,
                 case when p.id is null then 'failed'
                      when (saved -> (i ->> 'n') ->> 'created')::boolean
                      then 'created'
                      when p.changed_in = pg_current_xact_id() then 'updated'
                      else 'unchanged' end as status
          from jsonb_array_elements(items) i
          left join core.product p
               on p.id = (saved -> (i ->> 'n') ->> 'id')::bigint) r;
end
$$;
