-- Mails a gift card to somebody: POST /gift-cards/{id}/mail, for orders:write.
-- The shop does not know the code, so the card gets a new one, and the one
-- before pays nothing any more. Only the mail has it: the job that sends it
-- forgets it when it ends.
--
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 gift_card_unusable.
-- Locks: the card.

create or replace function api.mail_gift_card(
        id uuid, body jsonb, expected_version bigint, principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked   jsonb := mail_gift_card.body;
    tongue  text := coalesce(asked ->> 'language', (
                select s.value #>> '{}' from core.setting s
                where s.key = 'mail.language'));
    code    text := core.credit_code_new();
    c       core.credit;
begin
    select * into c from core.credit x
    where x.id = mail_gift_card.id and x.kind = 'gift_card'
    for no key update;

    if not found then
        perform core.fail('not_found', 404);
    end if;

    perform core.check_version(c.version, mail_gift_card.expected_version);

    if not core.credit_usable(c) then
        perform core.fail('gift_card_unusable', 409);
    end if;

    update core.credit x
    set code_hash = core.credit_code_hash(code), hint = right(code, 4),
        version = x.version + 1, updated_at = now()
    where x.id = c.id
    returning * into c;

    perform core.job_put('mail', jsonb_build_object(
        'to', asked ->> 'email', 'language', tongue,
        'template', 'gift_card', 'secret', 'code',
        'data', jsonb_build_object(
            'name', asked ->> 'name', 'giver', asked ->> 'giver',
            'message', asked ->> 'message', 'code', code,
            'amount', core.money_shown(c.balance, c.currency, tongue),
            'expires', core.receipt_day(c.expires_at, tongue = 'en'))));

    return query select c.version, core.credit_document(c);
end
$$;
