-- A wish of somebody who needs little: asked, reviewed, open to be claimed, claimed, fulfilled, thanked.
create table wish (
    city bigint not null,
    id bigint not null,
    version bigint not null,
    status text not null,
    turn text not null,
    open boolean not null,
    due_at bigint not null,
    step_due_at bigint not null,
    since bigint not null,
    paused_at bigint not null,
    climbed_at bigint not null,
    next_at bigint not null,
    updated_at bigint not null,
    place bigint not null,            -- no finer than the community: nobody learns the home
    path {{key}} not null,
    title text not null,
    text text not null,
    campaign bigint not null,         -- that gathers it, 0 for none
    contact {{bytes}},                -- whom it is for, sealed: name, phone, home
    secret text not null,             -- blind index of the receipt's secret
    asker bigint not null,            -- a resident who had signed in, else 0
    worker bigint not null,           -- who asked for somebody, else 0
    claimer bigint not null,
    claimer_body bigint not null,
    stars bigint not null,            -- of the thanks
    primary key (city, id)
);
create index wish_open on wish (city, path, step_due_at, id) where open;
create index wish_asker on wish (city, asker, id) where asker <> 0;
create index wish_worker on wish (city, worker, id) where worker <> 0;
create index wish_claimer on wish (city, claimer, id) where claimer <> 0;
create index wish_next on wish (city, next_at, id) where next_at > 0;
create index wish_campaign on wish (city, campaign, status) where campaign <> 0;
