-- A whistle: a lower level calls the upper one to a case; the units called must report in on the spot.
create table whistle (
    city bigint not null,
    id bigint not null,
    case_id bigint not null,
    number bigint not null,           -- the how-manieth of its case, from 1
    level text not null,              -- of the caller: grid, community, street
    item bigint not null,             -- of the whistle list, 0: none fits, by conference
    caller bigint not null,           -- the body that blew
    person bigint not null,
    path {{key}} not null,            -- of the case
    status text not null,             -- blown, reported, handed_in, raised, withdrawn
    open boolean not null,
    note text not null,
    blown_at bigint not null,
    report_due_at bigint not null,
    work_due_at bigint not null,
    reported_at bigint not null,      -- when the last unit had reported in
    ended_at bigint not null,
    score bigint not null,            -- of the caller for the called, 1–5, 0: none yet
    primary key (city, id)
);
create unique index whistle_case on whistle (city, case_id, number);

create table whistle_unit (
    city bigint not null,
    whistle bigint not null,
    body bigint not null,
    lead boolean not null,
    reported_at bigint not null,
    person bigint not null,
    lat double precision,
    lng double precision,
    metres bigint not null,           -- from the case's point when reporting in, -1: unknown
    photo text not null,
    note text not null,
    score bigint not null,            -- of this unit for the caller, 1–5, 0: none yet
    primary key (city, whistle, body)
);
