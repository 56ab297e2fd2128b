-- Changes a setting: PUT /admin/settings/{key}, for settings:write. It counts
-- from now on; what has begun under another value may end under it.
--
-- Raises: CM404 setting_not_found, CM412 version_mismatch, CM409
--   setting_fixed, CM422 invalid_setting with its `rule`.
-- Locks: the setting.

create or replace function api.set_setting(key text, body jsonb,
                                           expected_version bigint,
                                           principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    stored  core.setting;
    wanted  jsonb := set_setting.body -> 'value';
    rule    jsonb := core.setting_rule(set_setting.key);
begin
    select * into stored from core.setting s
    where s.key = set_setting.key
    for no key update;

    if not found then
        perform core.fail('setting_not_found', 404);
    end if;

    perform core.check_version(stored.version, set_setting.expected_version);

    if rule is null or (rule ->> 'fixed')::boolean then
        perform core.fail('setting_fixed', 409);
    end if;

    if not core.setting_fits(wanted, rule) then
        perform core.fail('invalid_setting', 422, jsonb_build_object(
            'rule', rule, 'errors', jsonb_build_array(jsonb_build_object(
                'pointer', '/value', 'code', 'invalid_setting'))));
    end if;

    update core.setting s
    set value = wanted, version = s.version + 1, updated_at = now()
    where s.key = stored.key and s.value <> wanted;

    return query
    select s.version, core.setting_document(s)
    from core.setting s where s.key = stored.key;
end
$$;
