-- Goods do not come back after all: POST /orders/{id}/returns/{return_id}/cancel,
-- for the buyer or orders:write.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM412
--   version_mismatch, CM409 return_closed with `return_status`.
-- Locks: the order, the return.

create or replace function api.cancel_return(
        id text, return_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    actor  uuid := (cancel_return.principal ->> 'sub')::uuid;
    asked  jsonb := coalesce(cancel_return.body, '{}');
    o      core.orders;
    t      core.order_return;
begin
    o := core.order_take(cancel_return.id, cancel_return.principal, null);
    t := core.return_take(o, cancel_return.return_id,
                          cancel_return.expected_version,
                          '{requested,approved}');

    update core.order_return x
    set version = x.version + 1, updated_at = now(),
        status = 'canceled'
    where x.id = t.id;

    perform core.return_claims(t.id, -1);

    perform core.return_changed(t.id, 'return.canceled', actor,
                                asked ->> 'note');

    return query
    select x.version, core.return_document(x)
    from core.order_return x where x.id = t.id;
end
$$;
