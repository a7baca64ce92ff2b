-- What was learned from the city's cases: every version that is kept, with what it was measured at.
create table triage_model (
    city bigint not null,
    number bigint not null,            -- 1, 2, 3 …
    blob bigint not null,              -- its pieces in triage_part
    made_at bigint not null,
    person bigint not null,            -- who asked for it, 0: nobody
    source text not null,              -- night, button, file
    lessons bigint not null,           -- cases it learned from
    corrected bigint not null,         -- of them those whose class a person has set
    classes bigint not null,           -- it has seen
    tested bigint not null,            -- cases kept back to test it, 0: too few to test
    macro_f1 double precision not null, -- of the first level
    accuracy double precision not null, -- of the first level
    exact double precision not null,   -- how often its first leaf was the class itself
    error double precision not null,   -- of calibration: how far chances are from what came true
    millis bigint not null,            -- training took
    bytes bigint not null,
    learned_until bigint not null,     -- the newest case it knows
    verdict text not null,             -- better, first, worse, kept
    active boolean not null,
    primary key (city, number)
);

create table triage_part (
    city bigint not null,
    blob bigint not null,
    part bigint not null,
    made_at bigint not null,
    bytes {{bytes}} not null,
    primary key (city, blob, part)
);
