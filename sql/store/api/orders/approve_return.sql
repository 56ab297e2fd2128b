-- Goods may come back: POST /orders/{id}/returns/{return_id}/approve, for
-- orders:write.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM412
--   version_mismatch, CM409 return_closed with `return_status`.
-- Locks: the order, the return.

create or replace function api.approve_return(
        id text, return_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    actor  uuid := (approve_return.principal ->> 'sub')::uuid;
    asked  jsonb := coalesce(approve_return.body, '{}');
    o      core.orders;
    t      core.order_return;
begin
    o := core.order_take(approve_return.id, approve_return.principal, null);
    t := core.return_take(o, approve_return.return_id,
                          approve_return.expected_version,
                          '{requested}');

    update core.order_return x
    set version = x.version + 1, updated_at = now(),
        status = 'approved', note = coalesce(asked ->> 'note', x.note)
    where x.id = t.id;

    perform core.return_changed(t.id, 'return.approved', actor,
                                asked ->> 'note');

    return query
    select x.version, core.return_document(x)
    from core.order_return x where x.id = t.id;
end
$$;
