// Package durable brings to the disk what a power cut must not take.
package durable

import (
	"errors"
	"os"
)

// Folder syncs a folder, so that the files made or renamed in it are found there again.
func Folder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
