-- Puts a category in the place of another: PUT /categories/{id}.  What the
-- body leaves out takes its default; the slug stays.
--
-- Raises and locks: as update_category.

create or replace function api.replace_category(id text, body jsonb,
                                                principal jsonb,
                                                expected_version bigint)
    returns setof api.category
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old core.category := core.lock_category(replace_category.id,
                             replace_category.expected_version);
begin
    perform core.save_category(
                old.id,
                '{"parent_id": null, "description": "", "position": 0}'
                || replace_category.body);

    return query select * from api.get_category(old.id::text);
end
$$;
