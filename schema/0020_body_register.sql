-- Who does the work: departments, street offices, committees, property companies, partners. They stand beside the territory.
create table body (
    city bigint not null,
    id bigint not null,
    parent bigint not null,       -- the body it belongs to, 0 for none
    kind text not null,
    code {{key}} not null,        -- '' for none; unique among those that still are
    name text not null,
    short text not null,          -- '' if the name is short enough
    phone text not null,          -- of the office, never a person's
    since_at bigint not null,
    until_at bigint not null,     -- 0: still
    successor bigint not null,    -- what it was merged into, 0 for none
    primary key (city, id)
);

create unique index body_code on body (city, code) where until_at = 0 and code <> '';
create index body_parent on body (city, parent);

-- What a body was called until it was renamed. The present name is in body itself.
create table body_name (
    city bigint not null,
    body bigint not null,
    seq bigint not null,          -- the ledger entry of the change
    until_at bigint not null,
    name text not null,
    short text not null,
    primary key (city, body, seq)
);

-- Which body serves which places, many to many.
create table body_place (
    city bigint not null,
    body bigint not null,
    place bigint not null,
    seq bigint not null,          -- the ledger entry that tied them
    since_at bigint not null,
    until_at bigint not null,     -- 0: still
    primary key (city, body, place, seq)
);

create unique index body_place_now on body_place (city, body, place) where until_at = 0;
