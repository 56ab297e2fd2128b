-- The same record as identity's, so that one text serves both: which tokens an
-- answer revoked.

alter table core.idempotency add column revoke text[];
