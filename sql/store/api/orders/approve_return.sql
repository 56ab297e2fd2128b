-- Goods may come back: POST
-- /orders/{id}/returns/{return_id}/approve, for orders:write.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM412
--   version_mismatch, CM409 return_closed with `return_status`.
-- Locks: the order, the return.

create or replace function api.approve_return(
        id text, return_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return query
    select d.version, core.return_document(d)
    from core.return_decide(
        approve_return.id, approve_return.return_id,
        approve_return.body ->> 'note', approve_return.expected_version,
        approve_return.principal, '{requested}', 'approved') d;
end
$$;
