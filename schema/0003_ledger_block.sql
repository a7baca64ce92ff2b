-- Hashes of complete blocks of the ledger's Merkle tree: 256 entries make a block of level 8, 256 of those one of level 16. What lies between is computed on read.
create table ledger_block (
    city bigint not null,
    level bigint not null,   -- 8, 16, 24 …: the block spans 2^level entries
    n bigint not null,       -- its number, from 0
    hash {{bytes}} not null, -- RFC 6962
    primary key (city, level, n)
);

-- What the city has signed: so many entries, with this root.
create table ledger_checkpoint (
    city bigint not null,
    size bigint not null,
    at bigint not null,
    note text not null,      -- signed note: origin, size, root, time
    primary key (city, size)
);
