-- Saving a category, new (id null) or changed member by member; path and
-- depth are seen to by the trigger.

create or replace function core.save_category(id bigint, body jsonb)
    returns bigint
language plpgsql set search_path = core, pg_temp as $$
declare
    mine bigint := coalesce(save_category.id, nextval('core.category_id_seq'));
begin
    if body ->> 'parent_id' is not null
       and not exists (select from core.category c
                       where c.id = (body ->> 'parent_id')::bigint)
    then
        perform core.fail_at('unknown_category', 422, '/parent_id');
    end if;

    if exists (select from core.category c
               where c.slug = body ->> 'slug' and c.id <> mine)
    then
        perform core.fail_at('slug_taken', 409, '/slug');
    end if;

    if save_category.id is null then
        insert into core.category (id, parent_id, slug, name, description,
                                   position)
        overriding system value
        values (mine, (body ->> 'parent_id')::bigint,
                coalesce(body ->> 'slug', core.free_category_slug(
                                   core.slugify(body ->> 'name'), mine)),
                body ->> 'name', coalesce(body ->> 'description', ''),
                coalesce((body ->> 'position')::int, 0));
    else
        update core.category c
        set parent_id = case when body ? 'parent_id'
                        then (body ->> 'parent_id')::bigint
                        else c.parent_id end,
            slug = coalesce(body ->> 'slug', c.slug),
            name = coalesce(body ->> 'name', c.name),
            description = case when body ? 'description'
                          then coalesce(body ->> 'description', '')
                          else c.description end,
            position = case when body ? 'position'
                       then coalesce((body ->> 'position')::int, 0)
                       else c.position end
        where c.id = mine;
    end if;

    return mine;

exception when unique_violation then
    -- Somebody was faster: that is for whoever chose the slug to settle.
    if save_category.id is null and not body ? 'slug' then
        return core.save_category(null, body || jsonb_build_object(
                   'slug', core.slugify(body ->> 'name') || '-'
                           || substr(gen_random_uuid()::text, 1, 8)));
    end if;

    perform core.fail_at('slug_taken', 409, '/slug');
end
$$;
