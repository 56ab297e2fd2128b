-- A new secret: POST /admin/webhooks/{id}/rotate-secret, called by its
-- handler, which has made and sealed it. For a day the old one signs as well.
--
-- Raises: CM404 webhook_not_found.
-- Locks: the endpoint.

create or replace function api.rotate_webhook_secret(id uuid, secret text,
                                                     principal jsonb)
    returns setof api.webhook_made
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    w  core.webhook_endpoint;
begin
    update core.webhook_endpoint x
    set old_secret = x.secret, old_until = now() + interval '1 day',
        secret = rotate_webhook_secret.secret, version = x.version + 1,
        updated_at = now()
    where x.id = rotate_webhook_secret.id
    returning * into w;

    if not found then
        perform core.fail('webhook_not_found', 404);
    end if;

    return query
    select s.*, w.secret, 200, null::text from api.webhook_shown(w) s;
end
$$;
