-- A new endpoint: POST /admin/webhooks, called by its handler, which has made
-- the id and the sealed secret. The same key and body answer with what they
-- made the first time.
--
-- Raises: CM422 idempotency_key_reused.
-- Locks: the endpoint.

create or replace function api.create_webhook(id uuid, secret text, body jsonb,
                                              request_key text,
                                              fingerprint text,
                                              principal jsonb)
    returns setof api.webhook_made
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w  core.webhook_endpoint;
begin
    insert into core.webhook_endpoint (id, url, description, events, secret,
                                       request_key, fingerprint)
    values (create_webhook.id, body ->> 'url',
            coalesce(body ->> 'description', ''),
            array(select distinct e from jsonb_array_elements_text(
                      coalesce(body -> 'events', '["*"]')) e),
            create_webhook.secret, (principal ->> 'sub') || ':' ||
            create_webhook.request_key, create_webhook.fingerprint)
    on conflict (request_key) do nothing
    returning * into w;

    if not found then
        select * into w from core.webhook_endpoint x
        where x.request_key = (principal ->> 'sub') || ':'
                              || create_webhook.request_key;

        if w.fingerprint <> create_webhook.fingerprint then
            perform core.fail('idempotency_key_reused', 422);
        end if;
    end if;

    return query
    select s.*, w.secret, 201, '/api/v1/admin/webhooks/' || w.id
    from api.webhook_shown(w) s;
end
$$;
