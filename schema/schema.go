// Package schema holds the tables as SQL files, one text for both engines. A file that has been released is never edited; a later one changes what it made.
package schema

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Engine names a database the schema can be written for.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// words are the few places where the engines spell a type differently.
var words = map[Engine]*strings.Replacer{
	SQLite:   strings.NewReplacer("{{key}}", "text", "{{bytes}}", "blob"),
	Postgres: strings.NewReplacer("{{key}}", `text collate "C"`, "{{bytes}}", "bytea"),
}

// File is one migration: its name orders it.
type File struct {
	Name string
	SQL  string
}

// For returns all migrations in order, written for the engine: {{key}} is text that sorts by bytes, {{bytes}} a binary string.
func For(e Engine) ([]File, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	all := make([]File, len(names))
	for i, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all[i] = File{Name: strings.TrimSuffix(name, ".sql"), SQL: words[e].Replace(string(text))}
	}
	return all, nil
}

// Lock makes a select lock the rows it reads until the transaction ends; SQLite has one writer and needs nothing.
func (e Engine) Lock(query string) string {
	if e == Postgres {
		return query + " for update"
	}
	return query
}
