-- Issues a gift card: POST /gift-cards, for orders:write. Its code is in this
-- answer and nowhere else. Nothing is kept for an Idempotency-Key, since that
-- would be the code; a card whose answer was lost is one that nobody can spend.

create or replace function api.create_gift_card(body jsonb, principal jsonb)
    returns table (_status int, _location text, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := create_gift_card.body;
    actor  uuid := (create_gift_card.principal ->> 'sub')::uuid;
    code   text := core.credit_code_new();
    made   uuid;
begin
    if (asked ->> 'expires_at')::timestamptz <= now() then
        perform core.fail_at('already_over', 422, '/expires_at');
    end if;

    insert into core.credit (kind, code_hash, hint, currency, expires_at,
                             note, actor_id)
    values ('gift_card', core.credit_code_hash(code), right(code, 4),
            asked #>> '{amount,currency}',
            (asked ->> 'expires_at')::timestamptz, asked ->> 'note', actor)
    returning id into made;

    perform core.credit_move(
        made, 'issue', (asked #>> '{amount,amount}')::bigint,
        jsonb_populate_record(null::core.credit_entry,
                              jsonb_build_object('actor_id', actor)));

    return query
    select 201, '/api/v1/gift-cards/' || c.id, c.version,
           core.credit_document(c) || jsonb_build_object('code', code)
    from core.credit c where c.id = made;
end
$$;
