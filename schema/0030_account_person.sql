-- People with an account: staff sign in with a login and a password, residents with a code sent to their phone.
create table account_person (
    city bigint not null,
    id bigint not null,
    login {{key}} not null,        -- folded; "" for residents
    name text not null,            -- of staff; residents give theirs case by case
    resident boolean not null,
    phone {{bytes}},               -- sealed; of staff the phone of their work
    phone_blind {{key}} not null,  -- finds a resident by phone without opening it; "" for staff
    password text not null,        -- argon2id in PHC form; "" for none
    must_change boolean not null,  -- the password was chosen by somebody else
    active boolean not null,
    made_at bigint not null,
    last_in bigint not null,       -- newest sign-in, 0 for none
    primary key (city, id)
);

create unique index account_person_login on account_person (city, login) where login <> '';
create unique index account_person_phone on account_person (city, phone_blind) where phone_blind <> '';

-- Roles and what they may do are the city's own.
create table account_role (
    city bigint not null,
    role {{key}} not null,
    primary key (city, role)
);

create table account_role_right (
    city bigint not null,
    role {{key}} not null,
    name {{key}} not null,  -- of the right, "case.dispatch"
    scope text not null,    -- "territory" or "body"
    primary key (city, role, name)
);

-- A role somebody holds at a body over a subtree of places. Ended posts stay: old entries of the ledger name them.
create table account_post (
    city bigint not null,
    id bigint not null,
    person bigint not null,
    role {{key}} not null,
    body bigint not null,   -- 0 for none
    place bigint not null,  -- root of the territory
    from_at bigint not null,
    until bigint not null,  -- 0: still held
    primary key (city, id)
);

create index account_post_person on account_post (city, person);
create index account_post_role on account_post (city, role);
