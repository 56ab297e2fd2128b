-- By which e-mail the caller logs in. Called by the handlers set_my_password
-- and change_email, which then check the password as a login does.

create or replace function api.get_credentials(principal jsonb)
    returns table (email text)
language sql stable as $$
    select c.email from core.user_card c
    where c.id = core.subject(get_credentials.principal) and c.active
$$;

grant select on core.user_card to identity_api;
