-- The stock of a batch of imported items. It comes by movements like all
-- stock, but in sets: what core.stock_receive does for one.
--
-- `stock` is a count, the level becomes the cell; `received` tops the
-- receipts of this source up, and never takes anything away.
--
-- Raises: CM409 below_reserved.
-- Locks: the levels of the batch in key order, then products whose
--   availability changes.

create or replace function core.import_merge_stock(i core.import, batch int,
                                                   only_product text)
    returns void
language plpgsql as $$
declare
    place    bigint := coalesce((i.options ->> 'location_id')::bigint, 1);
    counted  boolean := i.format = 'products';
    source   text := 'import:' || case when counted then i.id::text
                                       else i.format end;
    items    core.import_item[];
    levels   core.stock_supply[];
begin
    items := array(
        select t from core.import_item t
        where t.import_id = i.id and t.batch = import_merge_stock.batch
              and (only_product is null or t.product = only_product)
              and (t.stock is not null or t.received is not null));

    if cardinality(items) = 0 then
        return;
    end if;

    perform core.import_open_stock(i, batch, only_product);

    levels := core.stock_lock(array(select t.variant_id from unnest(items) t),
                              null);

    -- what is taken from each level: less than zero is more on hand
    levels := array(
        select row(l.variant_id, l.location_id, l.available, l.on_hand,
                   l.threshold, l.active,
                   case when l.location_id <> place then 0
                        when counted then l.on_hand - t.stock
                        else least(coalesce(r.received, 0) - t.received, 0)
                        end, null)::core.stock_supply
        from unnest(levels) l
        join unnest(items) t on t.variant_id = l.variant_id
        left join (select m.variant_id, sum(m.delta)::bigint as received
                   from core.stock_movement m
                   where m.reference = source and m.location_id = place
                         and m.kind = 'receipt'
                   group by m.variant_id) r on r.variant_id = l.variant_id);

    if exists (select from unnest(levels) l where l.delta > l.available) then
        perform core.fail('below_reserved', 409);
    end if;

    update core.stock_level s
    set on_hand = s.on_hand - l.delta, version = s.version + 1,
        updated_at = now()
    from unnest(levels) l
    where s.variant_id = l.variant_id and s.location_id = l.location_id
          and l.delta <> 0;

    insert into core.stock_movement (variant_id, location_id, kind, delta,
                                     balance, reason, reference, actor_id)
    select l.variant_id, l.location_id,
           case when counted then 'count' else 'receipt' end, -l.delta,
           l.on_hand - l.delta, 'Importação', source, i.actor_id
    from unnest(levels) l
    where l.delta <> 0
    order by l.variant_id, l.location_id;

    perform core.availability_refresh(core.stock_crossed(levels));

    update core.import_item t set changed = true
    from unnest(levels) l
    where t.import_id = i.id and t.batch = import_merge_stock.batch
          and t.variant_id = l.variant_id and l.delta <> 0;
end
$$;


-- Makes the levels that the items will change and locks those of their
-- variants: before the products of the batch for variants that are there
-- already, since an order that holds a level may want its product.

create or replace function core.import_open_stock(i core.import, batch int,
                                                  only_product text)
    returns void
language plpgsql as $$
declare
    place     bigint := coalesce((i.options ->> 'location_id')::bigint, 1);
    variants  bigint[];
begin
    variants := array(
        select t.variant_id from core.import_item t
        where t.import_id = i.id and t.batch = import_open_stock.batch
              and (only_product is null or t.product = only_product)
              and (t.stock is not null or t.received is not null)
              and t.variant_id is not null
        order by t.variant_id);

    insert into core.stock_level (variant_id, location_id)
    select v.id, place from unnest(variants) v (id)
    where not exists (select from core.stock_level s
                      where s.variant_id = v.id and s.location_id = place)
    order by v.id
    on conflict do nothing;

    perform core.stock_lock(variants, null);
end
$$;
