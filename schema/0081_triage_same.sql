-- What is open near a point, or in a community, for finding those that tell the same. Both hold all that the first look needs.
create index cases_open_cell on cases (city, cell, opened_at, id) where open;
create index cases_open_lately on cases (city, community, opened_at, id, cell) where open;
