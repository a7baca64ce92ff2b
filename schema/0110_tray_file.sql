-- Files that people have brought in, until something is made of them or they are swept.
create table tray_file (
    city bigint not null,
    id bigint not null,      -- random
    person bigint not null,  -- who brought it; nobody else gets it
    kind {{key}} not null,   -- what it is to become
    name text not null,      -- as it was called there
    about text not null,     -- JSON: how far it has come
    made_at bigint not null,
    primary key (city, id)
);
create index tray_mine on tray_file (city, person, kind, made_at);

create table tray_part (
    city bigint not null,
    file bigint not null,
    body bigint not null,    -- 0 the file as it came, 1 … what was made beside it
    part bigint not null,
    bytes {{bytes}} not null,
    primary key (city, file, body, part)
);

-- What somebody has said about files of a shape, for the next one.
create table tray_habit (
    city bigint not null,
    person bigint not null,
    kind {{key}} not null,
    shape {{key}} not null,  -- digest
    said text not null,      -- JSON
    primary key (city, person, kind, shape)
);
