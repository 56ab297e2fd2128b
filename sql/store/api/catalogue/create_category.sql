-- A new category: POST /categories.
--
-- Raises: CM422 unknown_category, CM409 slug_taken, category_too_deep.
-- Locks: the parent, shared.

create or replace function api.create_category(body jsonb, principal jsonb)
    returns setof api.category
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made bigint;
begin
    made := core.save_category(null, create_category.body);

    return query
    select c.id, c.parent_id, c.slug, c.name, c.description, c.position,
           c.path, c.version, c.created_at, c.updated_at, 201,
           '/api/v1/categories/' || c.id
    from api.get_category(made::text) c;
end
$$;
