-- The lists a city works by. Rows that old cases speak of are never deleted: they get an end.

-- The tree of requests.
create table catalog_class (
    city bigint not null,
    id bigint not null,       -- 1, 2, 3 … in the order they were added; a parent's is smaller than its children's
    parent bigint not null,   -- 0 for a first-level class
    path {{key}} not null,    -- "/1/4/17/": every ancestor, then the class itself
    name text not null,
    urgency text not null,    -- its own; "" takes the parent's
    until bigint not null,    -- 0: still in use
    primary key (city, id)
);

-- Degrees of urgency; the limits that go with them are in catalog_limit.
create table catalog_urgency (
    city bigint not null,
    code {{key}} not null,    -- "2h"
    name text not null,       -- "": the sentence urgency.<code>
    rank bigint not null,     -- the most urgent first
    until bigint not null,
    primary key (city, code)
);

-- National class codes of components and matters (GB/T 47678.5).
create table catalog_code (
    city bigint not null,
    kind {{key}} not null,    -- component, matter
    code {{key}} not null,    -- 2 + 3 digits
    major_name text not null, -- of the first two digits
    name text not null,
    until bigint not null,
    primary key (city, kind, code)
);

-- How long a step may take; class 0 and urgency "" mean any.
create table catalog_limit (
    city bigint not null,
    step {{key}} not null,
    class bigint not null,
    urgency {{key}} not null,
    amount bigint not null,
    unit text not null,
    primary key (city, step, class, urgency)
);

-- The whistle list: every version of every item.
create table catalog_whistle (
    city bigint not null,
    id bigint not null,
    version bigint not null,  -- 1, 2, 3 …
    newest boolean not null,
    level text not null,      -- of the caller: grid, community, street
    class text not null,
    item text not null,
    bodies text not null,     -- JSON: the answering units, the first one leads
    body_kind text not null,  -- when the unit depends on the place
    amount bigint not null,   -- report in
    unit text not null,
    work_amount bigint not null, -- finish
    work_unit text not null,
    condition text not null,  -- when it may be closed
    basis text not null,      -- the document it rests on
    demo boolean not null,
    since bigint not null,
    until bigint not null,    -- 0: in force
    primary key (city, id, version)
);
create index catalog_whistle_newest on catalog_whistle (city, id) where newest;

-- Days that differ from the ordinary week.
create table catalog_day (
    city bigint not null,
    date {{key}} not null,    -- 2026-10-01
    kind text not null,       -- holiday, workday (调休)
    name text not null,
    draft boolean not null,   -- entered before the official announcement
    primary key (city, date)
);

-- Reasons people choose from.
create table catalog_reason (
    city bigint not null,
    kind {{key}} not null,    -- what it is a reason for: decline, return, extend …
    code {{key}} not null,
    name text not null,
    rank bigint not null,
    until bigint not null,
    primary key (city, kind, code)
);

-- One row: the city's name, map, phone … and its working hours, as JSON.
create table catalog_setting (
    city bigint primary key,
    settings text not null,
    hours text not null
);
