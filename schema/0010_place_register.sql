-- The territory of a city as one tree: city, street, community, grid, estate, building, entrance, home.
create table place (
    city bigint not null,
    id bigint not null,           -- 1, 2, 3 … in each city, so that paths stay short
    parent bigint not null,       -- 0 for the city itself
    kind text not null,
    code {{key}} not null,        -- '' for none; unique among those that still are
    name text not null,
    path {{key}} not null,        -- "/1/4/17/": every ancestor, then the place itself
    lat double precision,
    lng double precision,
    since_at bigint not null,
    until_at bigint not null,     -- 0: still
    successor bigint not null,    -- what it was merged into, or the main part it was split into; 0 for none
    origin bigint not null,       -- what it was split from, 0 for none
    has_shape boolean not null,
    primary key (city, id)
);

create unique index place_code on place (city, code) where until_at = 0 and code <> '';
create index place_parent on place (city, parent);
create index place_path on place (city, path);
create index place_kind on place (city, kind);

-- What a place was called, and below what it stood, until it was renamed or moved. The present state is in place itself.
create table place_name (
    city bigint not null,
    place bigint not null,
    seq bigint not null,          -- the ledger entry of the change
    until_at bigint not null,
    name text not null,
    code {{key}} not null,
    parent bigint not null,
    primary key (city, place, seq)
);

-- The ground a place covers or covered, as GeoJSON geometry in WGS 84.
create table place_shape (
    city bigint not null,
    place bigint not null,
    seq bigint not null,          -- the ledger entry that drew it
    since_at bigint not null,
    until_at bigint not null,     -- 0: still
    shape text not null,
    primary key (city, place, seq)
);
