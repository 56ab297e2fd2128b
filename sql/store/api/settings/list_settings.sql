-- All settings of the shop in order of name: GET /admin/settings, for
-- settings:write.

create or replace function api.list_settings(principal jsonb)
    returns table (data jsonb)
language sql stable as $$
    select coalesce(jsonb_agg(core.setting_document(s) order by s.key), '[]')
    from core.setting s
$$;

grant select on core.setting to store_api;
