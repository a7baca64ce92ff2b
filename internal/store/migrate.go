package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"mulin/schema"
)

const makeVersions = `create table if not exists schema_version (name text primary key, hash text not null, at bigint not null)`
const readVersions = `select name, hash from schema_version`

func scanVersions(rows Rows) (map[string]string, error) {
	defer rows.Close()
	done := map[string]string{}
	for rows.Next() {
		var name, hash string
		if err := rows.Scan(&name, &hash); err != nil {
			return nil, err
		}
		done[name] = hash
	}
	return done, rows.Err()
}

// apply runs the files that have not run yet, inside the caller's transaction; a file that was changed after it ran is an error.
func apply(files []schema.File, now int64, run func(sql string, args ...any) error, versions func() (map[string]string, error)) error {
	if err := run(makeVersions); err != nil {
		return err
	}
	done, err := versions()
	if err != nil {
		return err
	}
	for _, f := range files {
		sum := sha256.Sum256([]byte(f.SQL))
		hash := hex.EncodeToString(sum[:8])
		if old, ok := done[f.Name]; ok {
			if old != hash {
				return fmt.Errorf("schema %s was edited after it had been applied", f.Name)
			}
			continue
		}
		if err := run(f.SQL); err != nil {
			return fmt.Errorf("schema %s: %w", f.Name, err)
		}
		if err := run(`insert into schema_version (name, hash, at) values ('` + f.Name + `', '` + hash + `', ` + fmt.Sprint(now) + `)`); err != nil {
			return err
		}
	}
	return nil
}
