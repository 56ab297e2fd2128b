-- The ledger of a level is read by number, and its balance runs along: numbers
-- are given while the level is locked, one at a time. Sessions that held 32 each
-- in stock gave a later movement a lower number than an earlier one of another
-- session.

alter sequence core.stock_movement_id cache 1;
