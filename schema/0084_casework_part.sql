-- One message that told several matters: the cases opened for the further ones, beside the one that came in.
create table case_part (
    city bigint not null,
    part bigint not null,         -- the case opened for it
    origin bigint not null,       -- the case it was told in
    primary key (city, part)
) {{clustered}};
create index case_part_origin on case_part (city, origin, part);
