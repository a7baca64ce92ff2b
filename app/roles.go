package app

import (
	"context"

	"mulin/internal/access"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/station"
	"mulin/town/task"
	"mulin/town/triage"
	"mulin/town/whistle"
)

const territory, ofBody = access.Territory, access.Body

// standard are the roles a new city starts with; afterwards they are rows, edited in the site.
var standard = map[string]map[access.Right]access.Scope{
	"grid_worker": {
		casework.See: territory, casework.Enter: territory, casework.Handle: territory, casework.Work: territory, casework.Reply: territory,
		casework.Contact: territory, casework.Clear: territory, whistle.Blow: territory,
	},
	"property":     {casework.See: ofBody, casework.Work: ofBody, casework.Clear: ofBody, task.Lead: ofBody},
	"party_branch": {casework.See: territory, casework.Visit: territory, casework.Contact: territory, casework.Clear: territory},
	"clerk": {
		casework.See: territory, casework.Enter: territory, casework.Handle: territory, casework.Work: territory, casework.Reply: territory,
		casework.Visit: territory, casework.Contact: territory, casework.Clear: territory, whistle.Blow: territory, whistle.ReportIn: ofBody,
	},
	"street_centre": {
		casework.See: territory, casework.Enter: territory, casework.Handle: territory, casework.Work: territory, casework.Reply: territory,
		casework.Visit: territory, casework.Contact: territory, casework.Clear: territory, whistle.Blow: territory, whistle.ReportIn: ofBody, task.Lead: territory,
	},
	"department": {casework.See: ofBody, station.See: ofBody, casework.Work: ofBody, casework.Clear: ofBody, whistle.ReportIn: ofBody, task.Lead: ofBody},
	"city_centre": {
		casework.See: territory, casework.Enter: territory, casework.Handle: territory, casework.Work: territory, casework.Reply: territory,
		casework.Visit: territory, casework.Contact: territory, casework.Clear: territory, whistle.ReportIn: ofBody, task.Lead: territory,
	},
	"leader":  {casework.See: territory, station.See: territory, task.Lead: territory},
	"auditor": {casework.See: territory, account.See: territory},
	"admin": {
		place.Edit: territory, body.Edit: territory, account.Edit: territory, account.See: territory, catalog.Edit: territory, triage.Train: territory, station.See: territory, station.Edit: territory,
	},
}

// roles gives a city that has none the standard roles.
func (t *Town) roles(ctx context.Context) error {
	have, err := t.Accounts.Roles(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	for role, rights := range standard {
		if err := t.Accounts.SetRole(ctx, t.System(), role, rights); err != nil {
			return err
		}
	}
	return nil
}
