-- What people also call a place, besides its name: "东湖" for 东湖花园. A name that is taken back stays, with its last day.
create table place_alias (
    city bigint not null,
    place bigint not null,
    name text not null,
    seq bigint not null,          -- the ledger entry that gave it
    since_at bigint not null,
    until_at bigint not null,     -- 0: still
    primary key (city, place, name, seq)
) {{clustered}};
create index place_alias_now on place_alias (city, place) where until_at = 0;
