package site

// SessionCookie holds the token of a session.
const SessionCookie = "session"
