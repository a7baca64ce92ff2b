-- Others who met the same thing: each is counted once a case and follows it with a secret of their own.
create table case_supporter (
    city bigint not null,
    case_id bigint not null,
    id bigint not null,
    at bigint not null,
    person bigint not null,           -- a resident who had signed in, else 0
    name {{bytes}},                   -- sealed, opened only with a reason
    phone {{bytes}},
    phone_blind text not null,        -- "" for none
    secret text not null,             -- blind index of the secret on their receipt
    verified boolean not null,        -- the phone was proven by a code
    counts boolean not null,          -- false: somebody with this phone is counted already
    channel text not null,
    source bigint not null,           -- the merged case they reported, 0: they joined themselves
    primary key (city, case_id, id)
) {{clustered}};
create unique index case_supporter_person on case_supporter (city, case_id, person) where person <> 0;
create unique index case_supporter_counted on case_supporter (city, case_id, phone_blind) where phone_blind <> '' and counts;
create index case_supporter_phone on case_supporter (city, phone_blind, case_id) where phone_blind <> '';
create index case_supporter_source on case_supporter (city, source) where source <> 0;

alter table cases add column supporters bigint not null default 0; -- how many others told the same
alter table cases add column verified bigint not null default 0;   -- of them, how many proved their phone
alter table cases add column merged bigint not null default 0;     -- the case it was merged into
create index cases_merged on cases (city, merged, id) where merged <> 0;
