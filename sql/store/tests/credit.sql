-- The ledger of credit: no statement, however it comes about, makes a balance
-- that is not the sum of its entries.

begin;
select plan(8);

insert into core.credit (id, kind, customer_id, currency)
values ('00000000-0000-7000-8000-000000000001', 'store_credit',
        '00000000-0000-7000-8000-000000000009', 'BRL');

select core.credit_move('00000000-0000-7000-8000-000000000001', 'issue', 500,
                        null);
select core.credit_move('00000000-0000-7000-8000-000000000001', 'adjust',
                        -200, null);

select results_eq(
    $$ select n, was, delta, balance from core.credit_entry order by n $$,
    $$ values (1::bigint, 0::bigint, 500::bigint, 500::bigint),
              (2, 500, -200, 300) $$, 'entries stand on each other');

select throws_ok(
    $$ select core.credit_move('00000000-0000-7000-8000-000000000001',
                               'adjust', -301, null) $$,
    'CM409', 'credit_too_small', 'never below zero');

select throws_ok(
    $$ update core.credit set balance = 301 $$, '23503', null,
    'a balance is that of its last entry');

select throws_ok(
    $$ update core.credit set entries = 1 $$, '23503', null,
    'an entry is not left out');

select throws_ok(
    $$ insert into core.credit_entry (credit_id, n, was, delta, balance, kind)
       values ('00000000-0000-7000-8000-000000000001', 3, 900, 1, 901,
               'adjust') $$, '23503', null,
    'an entry begins where the one before it ended');

select throws_ok(
    $$ insert into core.credit_entry (credit_id, n, was, delta, balance, kind)
       values ('00000000-0000-7000-8000-000000000001', 3, 300, 1, 999,
               'adjust') $$, '23514', null, 'and ends where it says');

select throws_ok($$ update core.credit_entry set delta = 1 $$,
                 '23001', null, 'append-only');
select throws_ok($$ delete from core.credit_entry $$,
                 '23001', null, 'append-only');

select * from finish();
rollback;
