// Command mulin is the whole system in one binary: the server, the demo city, and the tools of an operator.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // a bare machine may have no time zones

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"mulin/app"
	"mulin/gate/words"
	"mulin/internal/blob"
	"mulin/internal/clock"
	"mulin/internal/fault"
)

// common are the settings that every command knows. Each can stand in the settings file or the environment as well.
type common struct {
	Config kong.ConfigFlag `help:"Settings file (TOML): the flags' names and values." placeholder:"FILE" env:"MULIN_CONFIG"`
	Data   string          `help:"Folder of the database file, photos and key." default:"mulin-data" env:"MULIN_DATA"`
	DB     string          `help:"Database: a file, or a postgres:// URL. Default: mulin.db in the data folder." placeholder:"FILE|URL" env:"MULIN_DB"`
	Key    string          `help:"64 hex digits that seal personal values. Default: made once and kept in the data folder." env:"MULIN_KEY" placeholder:"HEX"`
	JSON   bool            `help:"Write the log as JSON." env:"MULIN_LOG_JSON"`
}

// commands is the command line.
type commands struct {
	common
	Serve   serveCmd   `cmd:"" help:"Serve the cities of the database: the production way."`
	Demo    demoCmd    `cmd:"" help:"Make a demo city and serve it on this machine."`
	Migrate migrateCmd `cmd:"" help:"Bring the schema up to date and stop."`
	City    struct {
		Found foundCmd `cmd:"" help:"Found a city."`
	} `cmd:"" help:"Cities in this database."`
	Admin struct {
		Create adminCmd `cmd:"" help:"Create a city's first administrator; the password is asked for, or read from MULIN_PASSWORD."`
	} `cmd:"" help:"Administrators."`
	Import struct {
		Messages messagesCmd `cmd:"" help:"Import citizens' messages with their replies from a CSV file."`
	} `cmd:"" help:"Bring in what stands elsewhere."`
	Triage triageCmd `cmd:"" help:"How messages are read: teach and measure it."`
	Check  checkCmd  `cmd:"" help:"Read the whole ledger and say whether an entry was altered."`
	Verify verifyCmd `cmd:"" help:"Check a proof that somebody downloaded from a case, without the city's server."`
	Bench  benchCmd  `cmd:"" help:"Measure this machine: raw limits, intake, lists and search, side by side."`
}

// gcPercent lets the heap grow to four times what is alive before it is collected: the heap is small, and intake is a tenth faster.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	var cli commands
	k := kong.Parse(&cli,
		kong.Name("mulin"),
		kong.Description("睦邻 Mulin: the open system behind a city's neighbourhood governance."),
		kong.UsageOnError(),
		kong.Configuration(settingsFile),
	)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&cli.common); err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "mulin: stopped")
			os.Exit(130)
		}
		fmt.Fprintln(os.Stderr, "mulin:", say(err))
		os.Exit(1)
	}
}

// say puts the sentence people can read, in the language of the terminal, before what the log would hold.
func say(err error) string {
	faults, ok := fault.As(err)
	catalog, werr := words.Load()
	if !ok || werr != nil {
		return err.Error()
	}
	w := catalog.Words(language())
	var all []string
	for _, f := range faults {
		all = append(all, w.Fault(f))
	}
	return strings.Join(all, "\n       ") + "\n       (" + err.Error() + ")"
}

// fileSettings are flags read from a file.
type fileSettings map[string]any

// settingsFile reads a TOML file.
func settingsFile(r io.Reader) (kong.Resolver, error) {
	values := fileSettings{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return values, nil
}

// Resolve gives a flag its value from the file.
func (f fileSettings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	return f[flag.Name], nil
}

// Validate refuses a name that no flag of any command has, so that a typing mistake is seen.
func (f fileSettings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for name := range f {
		if !known[name] {
			return fmt.Errorf("settings file: no flag is called %q", name)
		}
	}
	return nil
}

func (c *common) log() *slog.Logger {
	if c.JSON {
		return slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil))
}

func (c *common) app() app.Config { return app.Config{Data: c.Data, DB: c.DB, Key: c.Key} }

// open opens the installation for a command that doesn't serve.
func (c *common) open(ctx context.Context, log *slog.Logger) (*app.App, error) {
	return app.Open(ctx, c.app(), clock.System, log)
}

// town opens the installation and picks a city: the one asked for, else the only one.
func (c *common) town(ctx context.Context, log *slog.Logger, id int64) (*app.App, *app.Town, error) {
	a, err := c.open(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	t := a.First()
	if id != 0 {
		t = a.Town(id)
	} else if all := a.Cities(); len(all) > 1 {
		a.Close()
		return nil, nil, fmt.Errorf("there are several cities in this database: say which with --city, one of %v", all)
	}
	if t == nil {
		a.Close()
		return nil, nil, errors.New("no such city in this database: found one with `mulin city found --id 370481 --name …`, or run `mulin demo`")
	}
	return a, t, nil
}

// drafting names the service that proposes answers; without an address there is none.
type drafting struct {
	DraftURL   string `help:"Service that proposes answers to the staff (OpenAI-compatible, as https://host/v1). Masked words leave the city." env:"MULIN_DRAFT_URL" placeholder:"URL"`
	DraftKey   string `help:"Bearer token for that service." env:"MULIN_DRAFT_KEY" placeholder:"TOKEN"`
	DraftModel string `help:"Which of its models." env:"MULIN_DRAFT_MODEL" placeholder:"NAME"`
}

type serveCmd struct {
	Addr         string   `help:"Address to listen on." default:"127.0.0.1:8080" env:"MULIN_ADDR"`
	TLSCert      string   `help:"Certificate file: the site speaks https itself." placeholder:"FILE" env:"MULIN_TLS_CERT" and:"tls"`
	TLSKey       string   `help:"Key file of the certificate." placeholder:"FILE" env:"MULIN_TLS_KEY" and:"tls"`
	Trusted      []string `help:"Proxies whose X-Forwarded-For is believed, as addresses or networks." name:"trusted-proxy" placeholder:"ADDR" env:"MULIN_TRUSTED_PROXY"`
	Secure       bool     `help:"A proxy in front speaks https: cookies are for https only." env:"MULIN_SECURE"`
	Host         []string `help:"Which city a host name shows." placeholder:"NAME=CITY" env:"MULIN_HOST"`
	MetricsToken string   `help:"Bearer token for /metrics; without one only callers on this machine read it." env:"MULIN_METRICS_TOKEN" placeholder:"TOKEN"`
	SMS          string   `help:"HTTP gateway that sends phone codes." env:"MULIN_SMS" placeholder:"URL"`
	SMSKey       string   `help:"Bearer token for that gateway." env:"MULIN_SMS_KEY" placeholder:"TOKEN"`
	drafting     `embed:""`
	S3Endpoint   string `help:"Keep photos in an S3 bucket: host:port of the service." name:"s3-endpoint" env:"MULIN_S3_ENDPOINT" placeholder:"HOST"`
	S3Bucket     string `help:"The bucket." name:"s3-bucket" env:"MULIN_S3_BUCKET" placeholder:"NAME"`
	S3Region     string `help:"Its region." name:"s3-region" env:"MULIN_S3_REGION" placeholder:"NAME"`
	S3Access     string `help:"Access key." name:"s3-access-key" env:"MULIN_S3_ACCESS_KEY" placeholder:"KEY"`
	S3Secret     string `help:"Secret key." name:"s3-secret-key" env:"MULIN_S3_SECRET_KEY" placeholder:"KEY"`
	S3Plain      bool   `help:"Speak http to it, not https." name:"s3-plain" env:"MULIN_S3_PLAIN"`
}

// Run serves until it is told to stop.
func (s *serveCmd) Run(ctx context.Context, c *common) error {
	l, err := app.Listen(s.Addr)
	if err != nil {
		return err
	}
	log := c.log()
	cfg := c.app()
	cfg.Trusted, cfg.Hosts, cfg.SMS, cfg.SMSKey = s.Trusted, s.Host, s.SMS, s.SMSKey
	cfg.DraftURL, cfg.DraftKey, cfg.DraftModel = s.DraftURL, s.DraftKey, s.DraftModel
	cfg.Secure = s.Secure || s.TLSCert != ""
	if s.S3Bucket != "" {
		cfg.S3 = &blob.S3Config{Endpoint: s.S3Endpoint, Bucket: s.S3Bucket, Region: s.S3Region, AccessKey: s.S3Access, SecretKey: s.S3Secret, Plain: s.S3Plain}
	}
	a, err := app.Open(ctx, cfg, clock.System, log)
	if err != nil {
		l.Close()
		return err
	}
	defer a.Close()
	log.Info("serving", "addr", l.Addr().String(), "cities", a.Cities())
	return a.Serve(ctx, l, app.Door{Addr: s.Addr, TLSCert: s.TLSCert, TLSKey: s.TLSKey, MetricsToken: s.MetricsToken})
}
