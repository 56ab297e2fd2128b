-- Orders of guests are nobody's to list: they need no place in the index of
-- customers, neither new nor with each of their states. Orders are read while
-- the new one is made.

create index orders_known on core.orders (customer_id, id)
 where customer_id is not null;

drop index core.orders_customer;

alter index core.orders_known rename to orders_customer;
