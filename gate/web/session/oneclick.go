package session

// OneClick is somebody a visitor of the demo can become.
type OneClick struct{ Login, Name, Role, Where string }
