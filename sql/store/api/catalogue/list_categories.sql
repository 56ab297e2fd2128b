-- Categories, page by page: GET /categories.  parent_id keeps to the children
-- of one, q to names (accents and case ignored).  By position, or by name.
--
-- Raises: CM400 invalid_cursor.

create or replace function api.list_categories(
        q text, parent_id bigint, sort text[], "limit" int, cursor jsonb,
        count text)
    returns setof api.category_listed
language plpgsql stable set search_path = core, pg_temp as $$
declare
    key   text := case coalesce(list_categories.sort[1], 'position')
                  when 'name' then 'core.name_key(c.name)'
                  when 'position' then 'c.position' end;
    rows  text;
    total bigint;
begin
    rows := concat(
        'from core.category c where true',
        ' and c.parent_id = ' || list_categories.parent_id,
        ' and strpos(core.fold(c.name), '
            || quote_literal(core.fold(list_categories.q)) || ') > 0');

    if list_categories.count in ('exact', 'estimated') then
        execute 'select count(*) ' || rows into total;
    end if;

    return query execute format(
        'select c.id, c.parent_id, c.slug, c.name, c.description, '
        '       c.position, c.path, c.version, c.created_at, c.updated_at, '
        '       jsonb_build_array(%1$s, c.id), %2$L::bigint '
        '%3$s%4$s order by %1$s, c.id limit %5$s',
        key, total, rows,
        case when list_categories.cursor is not null then
            format(' and (%s, c.id) > (%L, %L)', key,
                   list_categories.cursor ->> 0,
                   list_categories.cursor ->> 1) end,
        coalesce(list_categories."limit", 21));
end
$$;

grant select on core.category to store_api;
