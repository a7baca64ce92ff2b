-- What waits for a desk is found by whose turn it is; the counts of a board are read from the index alone.
create index cases_open_turn on cases (city, turn, path) where open;
drop index cases_open_path;
create index cases_open_path on cases (city, path, step_due_at, id, street, community, grid) where open;
