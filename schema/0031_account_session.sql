-- Who is signed in. The token itself is only in the browser.
create table account_session (
    city bigint not null,
    token {{bytes}} not null,  -- SHA-256 of city and token
    person bigint not null,
    made_at bigint not null,
    seen_at bigint not null,   -- at most five minutes old
    until bigint not null,
    primary key (city, token)
);

create index account_session_person on account_session (city, person);

-- The one code that a phone may be signed in with now.
create table account_code (
    city bigint not null,
    phone {{key}} not null,  -- blind index
    code {{key}} not null,   -- keyed hash of phone and code
    tries bigint not null,
    until bigint not null,
    primary key (city, phone)
);

-- Counted attempts: sign-ins by login and address, codes sent by phone and address. Names are keyed hashes.
create table account_try (
    city bigint not null,
    name {{key}} not null,
    taken bigint not null,
    until bigint not null,  -- when counting starts anew
    primary key (city, name)
);
