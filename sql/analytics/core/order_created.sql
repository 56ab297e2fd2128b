-- Takes one order.created event (CloudEvents members id and data, the data as
-- the store's outbox writes it) into the facts. False when the event was taken
-- before. Safe to call from several sessions: the event's row decides who does
-- it.

create or replace function core.order_created(event jsonb) returns boolean
language plpgsql set search_path = core, pg_temp as $$
declare
    data   jsonb := event -> 'data';
    placed timestamptz := data ->> 'placed_at';
    on_day date;
begin
    insert into core.event_seen (event_id) values (event ->> 'id')
    on conflict do nothing;

    if not found then
        return false;
    end if;

    select (placed at time zone s.value)::date into on_day
    from core.setting s where s.key = 'timezone';

    insert into core.order_fact
           (order_id, number, day, placed_at, customer_id, region, currency,
            total)
    values ((data ->> 'order_id')::uuid, (data ->> 'number')::bigint, on_day,
            placed, (data ->> 'customer_id')::uuid, data ->> 'region',
            data ->> 'currency', (data #>> '{total,amount}')::bigint)
    on conflict (order_id) do nothing;

    insert into core.order_line_fact
           (order_id, position, day, product_id, variant_id, sku, name,
            quantity, total, currency)
    select (data ->> 'order_id')::uuid, item.position, on_day,
           (item.value ->> 'product_id')::bigint,
           (item.value ->> 'variant_id')::bigint,
           item.value ->> 'sku', item.value ->> 'name',
           (item.value ->> 'quantity')::bigint,
           (item.value #>> '{total,amount}')::bigint,
           data ->> 'currency'
    from jsonb_array_elements(data -> 'items')
         with ordinality as item(value, position)
    on conflict do nothing;

    return true;
end
$$;
