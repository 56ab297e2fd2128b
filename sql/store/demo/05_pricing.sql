-- The demo shop, part 5: what it costs to send things about Brazil, the tax
-- that prices contain, and two coupons. The methods that a new shop has
-- (retirada, padrao, expressa) stay for where there is nothing nearer.

insert into core.shipping_method
       (code, name, region, currency, base_amount, kilo_amount, free_from,
        days_min, days_max, position)
select m.code, m.name, r.region, 'BRL', m.base + r.far * m.step,
       m.kilo + r.far * 50, case when m.code = 'padrao' and r.far < 3
                                 then 19900 + r.far * 5000 end,
       m.days + r.far, m.days + 2 * r.far + 2, m.position
  from (values ('padrao', 'Entrega padrão', 1290, 400, 150, 2, 1),
               ('expressa', 'Entrega expressa', 2490, 900, 400, 1, 2))
       as m(code, name, base, step, kilo, days, position)
 cross join (values
        ('BR-SP', 0), ('BR-RJ', 1), ('BR-MG', 1), ('BR-PR', 1), ('BR-ES', 1),
        ('BR-SC', 1), ('BR-RS', 2), ('BR-DF', 2), ('BR-GO', 2), ('BR-MS', 2),
        ('BR-BA', 2), ('BR-PE', 1), ('BR-AL', 1), ('BR-PB', 1), ('BR-SE', 2),
        ('BR-RN', 2), ('BR-CE', 2), ('BR-MT', 3), ('BR-PI', 3), ('BR-MA', 3),
        ('BR-TO', 3), ('BR-PA', 4), ('BR-AP', 5), ('BR-AM', 5), ('BR-RR', 5),
        ('BR-RO', 4), ('BR-AC', 5)) as r(region, far);

-- Nobody carries more than 30 kg to a door in a day.
update core.shipping_method
   set weight_to = 30001
 where code = 'expressa';

-- Prices in Brazil contain the tax.
insert into core.tax_rate (region, tax_class, rate_ppm, name, inclusive)
values ('BR', 'standard', 170000, 'ICMS 17 %', true),
       ('BR-SP', 'standard', 180000, 'ICMS 18 %', true),
       ('BR-RJ', 'standard', 200000, 'ICMS 20 %', true),
       ('BR-PE', 'standard', 205000, 'ICMS 20,5 %', true),
       ('BR', 'reduced', 70000, 'ICMS 7 %', true);

with coupon as (
    insert into core.promotion (code, name, kind, rate_ppm, maximum, minimum,
                                currency, customer_limit)
    values ('BEMVINDO10', '10 % de boas-vindas', 'percent', 100000, 10000,
            5000, 'BRL', 1),
           ('FRETEGRATIS', 'Frete grátis a partir de R$ 99', 'free_shipping',
            null, null, 9900, 'BRL', null)
    returning id)
insert into core.promotion_use (promotion_id)
select id from coupon;
