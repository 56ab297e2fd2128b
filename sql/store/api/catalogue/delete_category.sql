-- Deletes an empty category: DELETE /categories/{id}.
--
-- Raises: CM404 category_not_found, CM412 version_mismatch, CM409
--   category_has_children, category_has_products.
-- Locks: the category.

create or replace function api.delete_category(id text, principal jsonb,
                                               expected_version bigint)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    old core.category := core.lock_category(delete_category.id,
                             delete_category.expected_version);
begin
    if exists (select from core.category c where c.parent_id = old.id) then
        perform core.fail('category_has_children', 409);
    end if;

    if exists (select from core.product_category pc
               where pc.category_id = old.id)
    then
        perform core.fail('category_has_products', 409);
    end if;

    delete from core.category c where c.id = old.id;
end
$$;
