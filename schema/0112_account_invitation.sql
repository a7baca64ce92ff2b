-- How people without a password come to one: a link that works once. Only who has the link knows its code.
create table account_invitation (
    city bigint not null,
    person bigint not null,
    code {{key}} not null,  -- keyed hash
    until bigint not null,
    primary key (city, person)
);
create unique index account_invitation_code on account_invitation (city, code);
