-- One row a city: its place in the world and the head of its ledger. Every write of a city locks this row first, so all its writes are in one order.
create table ledger_head (
    city bigint primary key,
    seq bigint not null,      -- number of the newest ledger entry; gap-free from 1
    at bigint not null,       -- its time; never goes back
    last_id bigint not null,  -- the newest id handed out: microseconds since 2020, or one more than the one before
    serial bigint not null    -- running number of cases
);
