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
	SQLite:   strings.NewReplacer("{{key}}", "text", "{{bytes}}", "blob", " {{clustered}}", " without rowid"),
	Postgres: strings.NewReplacer("{{key}}", `text collate "C"`, "{{bytes}}", "bytea", " {{clustered}}", ""),
}

// File is one migration: its name orders it.
type File struct {
	Name string
	SQL  string
}

// For returns all migrations in order, written for the engine: {{key}} is text that sorts by bytes, {{bytes}} a binary string; {{clustered}} behind a table of small rows keeps them in the order of their key, without a second tree.
// A file that ends in .postgres.sql or .sqlite.sql is for that engine alone: the index of search, nothing else.
func For(e Engine) ([]File, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []File
	for _, name := range names {
		if only := strings.Split(name, "."); len(only) == 3 && only[1] != string(e) {
			continue
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, File{Name: strings.TrimSuffix(name, ".sql"), SQL: words[e].Replace(string(text))})
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

// Free is Lock that passes over rows which another transaction holds, so that nobody waits for a job somebody else is taking.
func (e Engine) Free(query string) string {
	if e == Postgres {
		return query + " for update skip locked"
	}
	return query
}
