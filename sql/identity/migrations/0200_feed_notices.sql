-- Gateways hear of identity by notifications (core/tell.sql): through the
-- write-ahead log PostgreSQL would read every order for it.

drop publication commerce;
drop publication commerce_changes;
drop publication commerce_work;
