-- What gateways hear of through the write-ahead log: sessions that end, and
-- who people are and what they may do. Only the columns that are needed for
-- it: no names, addresses or hashes go over that wire.

create publication commerce for table
    core.session (id, user_id, revoked_at),
    core.users (id, active, version),
    core.user_role (user_id, role),
    core.role (name, version),
    core.address (id, user_id);
