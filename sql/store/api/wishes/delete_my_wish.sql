-- Wishes for a product no more: DELETE /me/wishlist/{product_id}, for shop. One
-- that is not wished for is no error.

create or replace function api.delete_my_wish(product_id bigint,
                                              principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    delete from core.wish w
    where w.customer_id = (delete_my_wish.principal ->> 'sub')::uuid
          and w.product_id = delete_my_wish.product_id;
end
$$;
