-- One category by id or slug: GET /categories/{id}.

create or replace function api.get_category(id text)
    returns setof api.category
language sql stable as $$
    select c.id, c.parent_id, c.slug, c.name, c.description, c.position,
           c.path, c.version, c.created_at, c.updated_at, null::int,
           null::text
    from core.category c
    where c.id = case when get_category.id ~ '^[0-9]{1,18}$'
                      then get_category.id::bigint
                      else (select s.id from core.category s
                            where s.slug = get_category.id) end
$$;

grant select on core.category to store_api;
