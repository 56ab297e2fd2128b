-- Secrets that go out by mail, and the mail.


-- 244 random bits as base64url text, from the strong generator of the server.

create or replace function core.random_token() returns text
language sql volatile as $$
    select translate(encode(uuid_send(gen_random_uuid())
                            || uuid_send(gen_random_uuid()), 'base64'),
                     '+/=', '-_')
$$;


create or replace function core.digest_of(token text) returns bytea
language sql immutable as $$
    select sha256(convert_to(token, 'UTF8'))
$$;


-- The name of an account in the books of attempts, known or not.

create or replace function core.account_of(email text) returns bytea
language sql immutable as $$
    select sha256(convert_to(lower(btrim(email)), 'UTF8'))
$$;


create or replace function core.send_mail(user_id uuid, recipient text,
                                          template text, language text,
                                          data jsonb)
    returns void
language sql volatile as $$
    insert into core.mail_outbox (user_id, recipient, template, language,
                                  data)
    values (send_mail.user_id, send_mail.recipient, send_mail.template,
            coalesce(send_mail.language, 'pt-BR'), send_mail.data)
$$;


-- A token for a purpose, on its way to an address. At most three in ten
-- minutes for an address: more would only fill somebody's mailbox. Passwords
-- and addresses are changed within ten minutes, a first confirmation has a
-- day. Without a user the same rows are written and nothing is sent.

create or replace function core.send_token(purpose text, user_id uuid,
                                           email text, name text,
                                           language text)
    returns void
language plpgsql as $$
declare
    token text := core.random_token();
    life  interval := case send_token.purpose
                      when 'confirm_email' then interval '24 hours'
                      else interval '10 minutes' end;
begin
    if (select count(*) from core.one_time_token t
        where lower(t.email) = lower(send_token.email)
              and t.purpose = send_token.purpose
              and t.created_at > now() - interval '10 minutes') >= 3
    then
        return;
    end if;

    insert into core.one_time_token (hash, purpose, user_id, email,
                                     expires_at)
    values (core.digest_of(token), send_token.purpose, send_token.user_id,
            send_token.email, now() + life);

    perform core.send_mail(
        send_token.user_id,
        case when send_token.user_id is not null then send_token.email end,
        send_token.purpose, send_token.language,
        jsonb_build_object('token', token, 'name', send_token.name,
                           'expires_at', core.rfc3339(now() + life)));
end
$$;


-- Uses up a token of one of the purposes; refuses what is unknown, used, too
-- old or of somebody who may not come in.

create or replace function core.take_token(hash bytea, purposes text[])
    returns core.one_time_token
language plpgsql as $$
declare
    t core.one_time_token;
begin
    update core.one_time_token x set used_at = now()
    from core.users u
    where x.hash = take_token.hash
          and x.purpose = any (take_token.purposes)
          and x.used_at is null and x.expires_at > now()
          and u.id = x.user_id and u.active
    returning x.* into t;

    if not found then
        perform core.fail_at('token_not_accepted', 422, '/token');
    end if;

    return t;
end
$$;


-- Removes what is of no use any more, a little at a time; called now and
-- then by attempts to log in, right or wrong.

create or replace function core.sweep() returns void
language plpgsql as $$
begin
    delete from core.login_failure f
    where f.account in (select x.account from core.login_failure x
                        where x.last_at < now() - interval '1 day'
                        limit 200 for update skip locked);

    delete from core.one_time_token t
    where t.hash in (select x.hash from core.one_time_token x
                     where x.expires_at < now() - interval '1 day'
                     limit 200 for update skip locked);

    delete from core.session s
    where s.id in (select x.id from core.session x
                   where x.revoked_at < now() - interval '30 days'
                   limit 50 for update skip locked);

    delete from core.mail_outbox m
    where m.id in (select x.id from core.mail_outbox x
                   where x.created_at < now() - interval '7 days'
                   limit 200 for update skip locked);

    delete from core.idempotency i
    where (i.scope, i.operation, i.key) in
              (select x.scope, x.operation, x.key from core.idempotency x
               where x.created_at < now() - interval '2 days'
               limit 200 for update skip locked);
end
$$;
