-- What gathers many wishes to be lit together: every version of every campaign.
create table campaign (
    city bigint not null,
    id bigint not null,
    version bigint not null,
    newest boolean not null,
    since bigint not null,
    until bigint not null,            -- 0: in force
    place bigint not null,
    path {{key}} not null,
    title text not null,
    title_key {{key}} not null,       -- in the order of pinyin
    about text not null,
    opens {{key}} not null,           -- day
    closes {{key}} not null,          -- day, "" for none
    aim bigint not null,              -- how many it wants to light
    words text not null,
    primary key (city, id, version)
);
create index campaign_newest on campaign (city, id) where newest;
create index campaign_title on campaign (city, title_key, id) where newest;
create index campaign_opens on campaign (city, opens, id) where newest;
