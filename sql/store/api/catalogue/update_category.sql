-- Changes what the body names: PATCH /categories/{id}.  Another parent_id
-- moves the whole branch; null makes it a root.
--
-- Raises: CM404 category_not_found, CM412 version_mismatch, CM422
--   unknown_category, CM409 slug_taken, category_cycle, category_too_deep.
-- Locks: the category, then its products.

create or replace function api.update_category(id text, body jsonb,
                                               principal jsonb,
                                               expected_version bigint)
    returns setof api.category
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old core.category := core.lock_category(update_category.id,
                             update_category.expected_version);
begin
    perform core.save_category(old.id, update_category.body);

    return query select * from api.get_category(old.id::text);
end
$$;
