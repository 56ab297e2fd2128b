-- The whole tree, or one branch of it: GET /categories/tree.

create or replace function api.get_category_tree(root text)
    returns table (data jsonb)
language sql stable as $$
    select core.category_branches(core.category_id(get_category_tree.root))
    where get_category_tree.root is null
          or core.category_id(get_category_tree.root) is not null
$$;

grant select on core.category to store_api;
