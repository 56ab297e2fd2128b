-- Returns of all orders, the newest first: GET /returns, for orders:read;
-- `status` names those that stand so.
-- Raises: CM403 forbidden.

create or replace function api.list_returns(status text, "limit" int,
                                            cursor jsonb, principal jsonb)
    returns setof api.order_return
language plpgsql stable set search_path = core, pg_temp as $$
declare
    rows  text := 'select t.* from core.order_return t where true';
begin
    if not core.has_scope(list_returns.principal, 'orders:read') then
        perform core.fail('forbidden', 403);
    end if;

    if list_returns.status is not null then
        rows := rows || format(' and t.status = %L', list_returns.status);
    end if;

    if list_returns.cursor is not null then
        rows := rows || format(' and t.id < %L',
                               (list_returns.cursor ->> 0)::uuid);
    end if;

    return query execute format(
        'select t.id, t.order_id, (select o.number from core.orders o '
        '                          where o.id = t.order_id), '
        '       t.number, t.status, t.reason, t.note, '
        '       core.return_items_shown(t), t.exchange_order_id, '
        '       core.return_refunded(t), t.actor_id, t.created_at, '
        '       t.updated_at, t.received_at, t.version, '
        '       jsonb_build_array(t.id) '
        'from (%s order by t.id desc limit %s) t order by t.id desc',
        rows, coalesce(list_returns."limit", 21));
end
$$;

grant select on core.orders, core.order_item, core.order_return,
                core.order_return_item, core.refund to store_api;
