-- Asks to hear when goods are there again: POST /stock-notices, by a customer,
-- whose address is in his token, or by a guest with an address. Whoever asks
-- again gets another id for the same wish: the answer does not tell that
-- somebody asked before.
--
-- Raises: CM422 unknown_item, CM409 available_now, CM422 required (email).
-- Locks: the row.

create or replace function api.ask_stock_notice(body jsonb, language text,
                                                principal jsonb)
    returns table (_status int, _location text, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked    jsonb := ask_stock_notice.body;
    variant  bigint := (asked ->> 'variant_id')::bigint;
    address  text := coalesce(asked ->> 'email',
                              ask_stock_notice.principal ->> 'email');
    made     core.stock_notice;
begin
    if address is null then
        perform core.fail_at('required', 422, '/email');
    elsif not exists (select from core.variant v
                      join core.product p on p.id = v.product_id
                      where v.id = variant and v.active
                            and p.status = 'active')
    then
        perform core.fail_at('unknown_item', 422, '/variant_id');
    elsif core.variant_there(variant) > 0 then
        perform core.fail('available_now', 409);
    end if;

    insert into core.stock_notice as n (variant_id, email, customer_id,
                                        language)
    values (variant, address,
            (ask_stock_notice.principal ->> 'sub')::uuid,
            case when ask_stock_notice.language like 'en%' then 'en'
            else 'pt-BR' end)
    on conflict (variant_id, lower(email)) where told_at is null
    do update set id = gen_random_uuid(), language = excluded.language,
                  customer_id = coalesce(n.customer_id, excluded.customer_id)
    returning * into made;

    -- it may have come in since we looked

    perform core.stock_notices_later(array[variant]);

    return query
    select 201, '/api/v1/stock-notices/' || made.id, jsonb_build_object(
               'id', made.id, 'variant_id', made.variant_id,
               'email', made.email, 'language', made.language,
               'created_at', core.rfc3339(made.created_at));
end
$$;
