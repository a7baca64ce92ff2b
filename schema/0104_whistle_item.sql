-- The whistle list as a register: every version of every item.
create table whistle_item (
    city bigint not null,
    id bigint not null,
    version bigint not null,
    newest boolean not null,
    since bigint not null,
    until bigint not null,          -- 0: in force
    place bigint not null,
    path {{key}} not null,
    level {{key}} not null,         -- of the caller: grid, community, street
    class {{key}} not null,
    item text not null,
    bodies text not null,           -- ",12,3,": the answering units, the first one leads
    body_kind {{key}} not null,     -- when the unit depends on the place
    limit_amount bigint not null,   -- report in
    limit_unit text not null,
    work_amount bigint not null,    -- finish
    work_unit text not null,
    condition text not null,        -- when it may be closed
    basis text not null,            -- the document it rests on
    demo boolean not null,
    words text not null,            -- what it is found by, folded
    primary key (city, id, version)
);
insert into whistle_item (city, id, version, newest, since, until, place, path, level, class, item, bodies, body_kind, limit_amount, limit_unit,
        work_amount, work_unit, condition, basis, demo, words)
    select city, id, version, newest, since, until, 0, '/1/', level, class, item,
        case when bodies in ('null', '[]') then '' else replace(replace(bodies, '[', ','), ']', ',') end, body_kind, amount, unit,
        work_amount, work_unit, condition, basis, demo, lower(class || ' ' || item || ' ' || basis)
    from catalog_whistle;
create index whistle_item_newest on whistle_item (city, id) where newest;
drop table catalog_whistle;
