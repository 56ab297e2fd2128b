-- Related products that somebody chose.


-- Makes those of a product be these, in this order.  They are no columns of
-- its row, but its version moves with them, and so do the answers that
-- gateways keep of it.

create or replace function core.relate_product(product_id bigint,
                                               related_ids jsonb)
    returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    ids bigint[] := array(
        select r.id::bigint
        from jsonb_array_elements_text(relate_product.related_ids)
                 with ordinality r (id, ord)
        order by r.ord);
begin
    if ids = array(select pr.related_id from core.product_related pr
                   where pr.product_id = relate_product.product_id
                   order by pr.position)
    then
        return;
    end if;

    delete from core.product_related pr
    where pr.product_id = relate_product.product_id;

    insert into core.product_related (product_id, related_id, position)
    select relate_product.product_id, r.id, r.ord
    from unnest(ids) with ordinality r (id, ord);

    update core.product p set changed_in = pg_current_xact_id()
    where p.id = relate_product.product_id;
end
$$;
