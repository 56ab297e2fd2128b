-- Blocks a gift card or lets it be used again, says until when, notes
-- something: PATCH /gift-cards/{id}, for orders:write.
-- Raises: CM404 not_found, CM412 version_mismatch.
-- Locks: the card.

create or replace function api.update_gift_card(
        id uuid, body jsonb, expected_version bigint, principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if not exists (select from core.credit c
                   where c.id = update_gift_card.id
                         and c.kind = 'gift_card')
    then
        perform core.fail('not_found', 404);
    end if;

    perform core.row_update('credit', 'id', update_gift_card.id::text,
                            update_gift_card.body,
                            update_gift_card.expected_version);

    return query
    select c.version, core.credit_document(c)
    from core.credit c where c.id = update_gift_card.id;
end
$$;
