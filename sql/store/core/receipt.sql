-- The receipt of an order as a page to print: what was bought, what was given
-- up, paid and paid back.


create or replace function core.receipt(o core.orders, language text)
    returns text
language plpgsql stable as $$
declare
    en     boolean := coalesce(receipt.language, '') like 'en%';
    tongue text := case when en then 'en' else 'pt-BR' end;
    title  text := case when en then 'Receipt of order '
                   else 'Recibo do pedido ' end || o.number;
begin
    return concat(
        '<!doctype html><html lang="', tongue, '"><head>',
        '<meta charset="utf-8"><meta name="viewport" ',
        'content="width=device-width"><title>', title, '</title><style>',
        'body{font:14px/1.5 system-ui,sans-serif;max-width:46em;',
        'margin:2em auto;padding:0 1em}table{width:100%;',
        'border-collapse:collapse;margin:1em 0}td,th{padding:.3em;',
        'text-align:left;vertical-align:top;border-bottom:1px solid #ccc}',
        'td.n,th.n{text-align:right;white-space:nowrap}',
        -- Where there is little room the sums tell of these two.
        '@media(max-width:34em){:is(td,th):nth-child(4),',
        ':is(td,th):nth-child(5){display:none}}</style></head><body>',
        '<main><h1>', title,
        '</h1><p>', core.html(concat_ws(' · ', o.name, o.email)), '<br>',
        core.receipt_day(o.placed_at, en), '</p><table><thead><tr><th>',
        'Item</th><th class="n">',
        case when en then 'Quantity' else 'Quantidade' end,
        '</th><th class="n">',
        case when en then 'Price' else 'Preço' end, '</th><th class="n">',
        case when en then 'Discount' else 'Desconto' end,
        '</th><th class="n">', case when en then 'Tax' else 'Imposto' end,
        '</th><th class="n">Total</th></tr></thead><tbody>',
        (select string_agg(concat(
                    '<tr><td>', core.html(i.name), '<br><small>',
                    core.html(i.sku), '</small></td><td class="n">',
                    i.quantity, '</td><td class="n">',
                    core.money_shown(i.unit_price, o.currency, tongue),
                    '</td><td class="n">',
                    core.money_shown(i.discount, o.currency, tongue),
                    '</td><td class="n">',
                    core.money_shown(i.tax, o.currency, tongue),
                    '</td><td class="n">',
                    core.money_shown(i.total, o.currency, tongue),
                    '</td></tr>'), '' order by i.position)
         from core.order_item i where i.order_id = o.id),
        '</tbody></table><table>',
        (select string_agg(concat(
                    '<tr><td>', core.html(s.what), '</td><td class="n">',
                    core.money_shown(s.amount, o.currency, tongue),
                    '</td></tr>'), '' order by s.n)
         from core.receipt_sums(o, en) s),
        '</table><p><small>',
        case when en then 'This is not a tax invoice.'
             else 'Este recibo não substitui a nota fiscal.' end,
        '</small></p></main></body></html>');
end
$$;


create or replace function core.receipt_day(at timestamptz, en boolean)
    returns text
language sql stable as $$
    select to_char(at at time zone 'America/Sao_Paulo',
                   case when en then 'YYYY-MM-DD' else 'DD/MM/YYYY' end)
$$;


-- What people call a way of paying; the storefront calls them so, too.
create or replace function core.provider_shown(provider text, en boolean)
    returns text
language sql immutable as $$
    select case provider_shown.provider
           when 'stripe' then case when en then 'card' else 'cartão' end
           when 'paypal' then 'PayPal'
           when 'test' then case when en then 'card, test'
                            else 'cartão, teste' end
           else provider_shown.provider end
$$;


-- The sums below the lines, in their order; what is nothing is left out, but
-- for the total and what is still due.
create or replace function core.receipt_sums(o core.orders, en boolean)
    returns table (n bigint, what text, amount bigint)
language sql stable as $$
    select row_number() over (order by s.place, s.at), s.what, s.amount
    from (select 1 as place, null::timestamptz as at,
                 'Subtotal' as what, o.subtotal as amount
          union all
          select 2, null, case when en then 'Discount' else 'Desconto' end,
                 -o.discount_total
          union all
          select 3, null, case when en then 'Freight' else 'Frete' end,
                 o.shipping_total
          union all
          select 4, null, case when en then 'Tax' else 'Imposto' end,
                 o.tax_total
          union all
          select 5, null, 'Total', o.total
          union all
          select 6, null, case when en then 'Items given up'
                          else 'Itens cancelados' end, -o.canceled_total
          union all
          select 7, p.created_at,
                 concat(case when en then 'Paid' else 'Pago' end, ' (',
                        case when p.provider <> 'credit'
                             then core.provider_shown(p.provider, en)
                             when c.kind = 'gift_card' and en
                             then 'gift card ...' || c.hint
                             when c.kind = 'gift_card'
                             then 'vale-presente ...' || c.hint
                             when en then 'store credit'
                             else 'crédito na loja' end, '), ',
                        core.receipt_day(p.created_at, en)), p.captured
          from core.payment p
          left join core.credit c on c.id = p.credit_id
          where p.order_id = o.id and p.captured > 0
          union all
          select 8, r.updated_at,
                 concat(case when en then 'Refunded, ' else 'Reembolsado, ' end,
                        core.receipt_day(r.updated_at, en)), -r.amount
          from core.refund r
          where r.order_id = o.id and r.status = 'succeeded'
          union all
          select 9, null, case when en then 'Due' else 'A pagar' end,
                 case when o.status in ('pending', 'stock_shortfall')
                           and not core.order_was_paid(o.id)
                 then core.order_due(o) else 0 end) s
    where s.place in (5, 9) or s.amount <> 0
$$;
