//! Settings: everything that is wrong is said at once, by name.

use balcao_config::{Config, LogFormat, Mode, Sources, load};
use std::io::Write as _;

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Sources { file: None, environment }
}

fn faults(pairs: &[(&str, &str)]) -> String {
    load(&environment(pairs)).unwrap_err().to_string()
}

const PRODUCTION: &[(&str, &str)] = &[
    ("BALCAO_MODE", "production"),
    ("BALCAO_PUBLIC_URL", "https://support.example.com"),
    ("BALCAO_HOST_TOKEN_KEY", "6a1f0c93b2d84e57a9c1e0f4d7b83265"),
    ("BALCAO_HOST_TOKEN_ISSUER", "https://admin.example.com"),
    ("BALCAO_MAIL_FROM", "Support <support@example.com>"),
    ("BALCAO_HOST_ORIGINS", "https://admin.example.com, https://ADMIN.example.org:443"),
];

fn production_with(name: &str, value: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = PRODUCTION.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    pairs.retain(|(known, _)| known != name);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs
}

#[test]
fn development_needs_no_setting() {
    let config = load(&environment(&[
        ("PATH", "/bin"),
        ("BALCAO_E2E_BACKEND", "x"),
        ("BALCAO_TOOLS", "/t"),
        ("BALCAO_TOOLCHAIN", "system"),
        ("BALCAO_ADVISORIES", "/a"),
    ]))
    .unwrap()
    .config;
    assert_eq!(config.mode, Mode::Development);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.link("/x"), "http://127.0.0.1:8080/x");
}

#[test]
fn every_fault_is_told_at_once_and_by_name() {
    let told = faults(&[
        ("BALCAO_MODE", "prod"),
        ("BALCAO_LISTEN", "8080"),
        ("BALCAO_PUBLIC_URL", "support.example.com"),
        ("BALCAO_HOST_ORIGINS", "https://a.example/path"),
        ("BALCAO_HOST_TOKEN_KEY", "short-secret"),
        ("BALCAO_SESSION_IDLE_MINUTES", "0"),
        ("BALCAO_MAIL_FROM", "no address"),
        ("BALCAO_MAIL_SMTP_URL", "mail.example"),
        ("BALCAO_EVIDENCE_MAX_BYTES", "-1"),
        ("BALCAO_COPILOT_ARTICLES_DIR", "/does/not/exist"),
        ("BALCAO_FIRST_RESPONSES_BRAZIL_URGENT", "soon"),
        ("BALCAO_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("BALCAO_LOG_FORMAT", "xml"),
        ("BALCAO_LOG_LEVEL", "verbose"),
        ("BALCAO_MAIL_FORM", "x"),
    ]);
    for key in [
        "mode",
        "listen",
        "public_url",
        "host_origins",
        "host_token.key",
        "session.idle_minutes",
        "mail.from",
        "mail.smtp_url",
        "evidence.max_bytes",
        "copilot.articles_dir",
        "first_responses.brazil.urgent",
        "trusted_proxies",
        "log.format",
        "log.level",
    ] {
        assert!(told.contains(&format!("\n  {key}: expected ")), "{key} in {told}");
    }
    assert!(told.contains("BALCAO_MAIL_FORM: there is no such key; did you mean BALCAO_MAIL_FROM?"), "{told}");
    assert!(!told.contains("short-secret"), "{told}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let text = "listen = \"127.0.0.1:9000\"\nhost_origins = [\"https://a.example\"]\n[mail]\nfrom = \"a@b.example\"\n\
        [first_responses.brazil]\nhigh = \"4-8 working_hours\"\n";
    file.write_all(text.as_bytes()).unwrap();
    let mut sources = environment(&[("BALCAO_LISTEN", "127.0.0.1:9001"), ("BALCAO_MAIL_SMTP_URL", "")]);
    sources.file = Some(file.path().to_owned());
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.config.listen.port(), 9001);
    assert_eq!(loaded.config.host_origins, ["https://a.example"]);
    assert_eq!(loaded.config.mail.from, "a@b.example");
    assert_eq!(loaded.config.first_responses(balcao_contract::support::Region::Brazil).high.min, 4);
    file.write_all(b"[evidnce]\nmax_files = 3\n").unwrap();
    let told = load(&sources).unwrap_err().to_string();
    assert!(told.contains("evidnce.max_files: there is no such key; did you mean evidence.max_files?"), "{told}");
    sources.file = Some("/does/not/exist.toml".into());
    assert!(load(&sources).unwrap_err().to_string().contains("/does/not/exist.toml cannot be read"));
}

#[test]
fn production_refuses_what_is_unsafe() {
    let config = load(&environment(PRODUCTION)).unwrap().config;
    assert_eq!(config.host_origins, ["https://admin.example.com", "https://admin.example.org"]);
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(!config.demo_data);
    let told = faults(&[("BALCAO_MODE", "production")]);
    for key in ["host_token.key", "public_url", "host_token.issuer", "mail.from"] {
        assert!(told.contains(&format!("\n  {key}: required in production")), "{key} in {told}");
    }
    for (name, value) in [
        ("BALCAO_HOST_TOKEN_KEY", "short"),
        ("BALCAO_HOST_TOKEN_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("BALCAO_HOST_TOKEN_KEY", "changeme-changeme-changeme-changeme-1234"),
        ("BALCAO_DEMO_DATA", "true"),
        ("BALCAO_HOST_ORIGINS", "https://*.example.com"),
        ("BALCAO_HOST_TOKEN_ALGORITHM", "none"),
        ("BALCAO_HOST_TOKEN_ALGORITHM", "RS256"),
    ] {
        assert!(load(&Sources { file: None, environment: production_with(name, value) }).is_err(), "{name}={value}");
    }
    let plain = Sources { file: None, environment: production_with("BALCAO_PUBLIC_URL", "http://support.example.com") };
    assert!(load(&plain).unwrap().warnings.iter().any(|warning| warning.contains("https")));
    let shown = production_with("BALCAO_MAIL_SMTP_URL", "smtp://user:secret@mail.example.com");
    let warnings = load(&Sources { file: None, environment: shown }).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("smtps://") && !warning.contains("secret")), "{warnings:?}");
}

/// Figures are nobody's business: production keeps them on this machine, unless it is told otherwise.
#[test]
fn figures_have_a_door_of_their_own_in_production() {
    use balcao_config::MetricsDoor;
    let at = |address: &str| MetricsDoor::At(address.parse().unwrap());
    let loaded = |pairs: Vec<(String, String)>| load(&Sources { file: None, environment: pairs });
    assert_eq!(load(&environment(&[])).unwrap().config.metrics, MetricsDoor::Main);
    assert_eq!(load(&environment(PRODUCTION)).unwrap().config.metrics, at("127.0.0.1:9464"));
    for (value, expected) in [("10.0.0.5:9100", at("10.0.0.5:9100")), ("none", MetricsDoor::Nowhere)] {
        assert_eq!(loaded(production_with("BALCAO_METRICS_LISTEN", value)).unwrap().config.metrics, expected);
    }
    for wrong in ["yes", "9464", "127.0.0.1:8080"] {
        let told = loaded(production_with("BALCAO_METRICS_LISTEN", wrong)).unwrap_err().to_string();
        assert!(told.contains("\n  metrics_listen: "), "{told}");
    }
}

#[test]
fn secrets_are_masked_in_what_is_printed() {
    let mut pairs = PRODUCTION.to_vec();
    pairs.push(("BALCAO_MAIL_SMTP_URL", "smtp://user:hunter22@mail.example.com"));
    let shown = format!("{:?}", load(&environment(&pairs)).unwrap().effective);
    assert!(shown.contains("(\"host_token.key\", \"***\")"), "{shown}");
    assert!(!shown.contains("hunter22") && !shown.contains("6a1f0c93"), "{shown}");
}

#[test]
fn the_help_lists_every_key() {
    let help = balcao_config::help();
    for key in ["mode", "host_token.public_key_file", "evidence.quota_bytes", "limits.sign_ins_per_minute", "log.level"]
    {
        assert!(help.contains(&format!("\n  {key}\n")), "{key}");
    }
}

#[cfg(unix)]
#[test]
fn the_key_of_development_is_random_kept_and_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let key = || {
        let mut config = Config::development(folder.path());
        config.keep_host_key().unwrap();
        config.host_token.key
    };
    let first = key();
    assert!(first == key());
    let mode = std::fs::metadata(folder.path().join("host.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = tempfile::tempdir().unwrap();
    let mut config = Config::development(other.path());
    config.keep_host_key().unwrap();
    assert!(config.host_token.key != first);
}

/// On `0.0.0.0` development once was the default, and handed a sponsor's token to anybody.
#[test]
fn the_mode_is_development_only_where_this_machine_alone_reaches_it() {
    for (pairs, mode) in [
        ([("BALCAO_LISTEN", "127.0.0.1:9000")].as_slice(), Mode::Development),
        (&[("BALCAO_LISTEN", "127.0.0.2:9000")], Mode::Development),
        (&[("BALCAO_LISTEN", "[::1]:9000")], Mode::Development),
        (&[("BALCAO_LISTEN", "[::ffff:127.0.0.1]:9000")], Mode::Development),
        (&[("BALCAO_PUBLIC_URL", "http://localhost:9000")], Mode::Development),
        (&[("BALCAO_PUBLIC_URL", "http://desk.localhost:9000")], Mode::Development),
        (&[("BALCAO_LISTEN", "0.0.0.0:9000")], Mode::Production),
        (&[("BALCAO_LISTEN", "[::]:9000")], Mode::Production),
        (&[("BALCAO_LISTEN", "192.168.1.7:9000")], Mode::Production),
        (&[("BALCAO_PUBLIC_URL", "https://support.example.com")], Mode::Production),
        (&[("BALCAO_TRUSTED_PROXIES", "10.0.0.0/8")], Mode::Production),
    ] {
        let mut all: Vec<_> = PRODUCTION.iter().copied().filter(|(name, _)| *name != "BALCAO_MODE").collect();
        all.retain(|(name, _)| *name != "BALCAO_PUBLIC_URL");
        all.extend(pairs);
        let came_to = match load(&environment(&all)) {
            Ok(loaded) => loaded.config.mode,
            Err(error) => {
                assert!(error.to_string().contains("\n  mode: not given, and "), "{error}");
                Mode::Production
            }
        };
        assert_eq!(came_to, mode, "{pairs:?}");
        all.push(("BALCAO_MODE", "development"));
        let stated = load(&environment(&all));
        assert_eq!(stated.is_ok(), mode == Mode::Development, "{pairs:?}: {stated:?}");
        all.push(("BALCAO_DEVELOPMENT_PUBLIC", "anybody may sign in as anybody"));
        let loaded = load(&environment(&all)).unwrap();
        let warned = loaded.warnings.iter().any(|warning| warning.starts_with("development, and "));
        assert_eq!((loaded.config.mode, warned), (Mode::Development, mode == Mode::Production), "{pairs:?}");
    }
}

#[test]
fn the_hosts_key_before_stands_beside_the_one_of_today() {
    let old = ("BALCAO_HOST_TOKEN_OLD_KEY", "0f7d3b9a51c84e62b8d5f0a3c6e91724");
    let mut pairs = PRODUCTION.to_vec();
    pairs.push(old);
    let loaded = load(&environment(&pairs)).unwrap();
    assert_eq!(loaded.config.host_token.old_key.as_ref().unwrap().as_slice(), old.1.as_bytes());
    assert!(!format!("{:?}{:?}", loaded.config, loaded.effective).contains("0f7d3b9a"));
    for (value, expected) in [
        ("short", "expected the shared key before"),
        ("6a1f0c93b2d84e57a9c1e0f4d7b83265", "is the same as host_token.key"),
        ("changeme-changeme-changeme-changeme-1234", "looks like a placeholder"),
    ] {
        let told = load(&Sources { file: None, environment: production_with(old.0, value) }).unwrap_err().to_string();
        assert!(told.contains(&format!("host_token.old_key: {expected}")), "{told}");
    }
    let alone = faults(&[old]);
    assert!(alone.contains("host_token.old_key: stands beside host_token.key, which is not given"), "{alone}");
}

#[test]
fn channels_are_named_and_samples_are_for_development() {
    let development = load(&environment(&[])).unwrap().config;
    assert_eq!(development.channels.sources.len(), 7, "every channel has a sample");
    let without = load(&environment(&[("BALCAO_CHANNELS_SAMPLES", "false")])).unwrap().config;
    assert!(without.channels.sources.is_empty());
    let named = load(&environment(&[
        ("BALCAO_CHANNELS_HEALTH_CHECKS", "Checkout=https://a.example/, Orders = https://b.example/health"),
        ("BALCAO_CHANNELS_STATUS_URL", "https://status.example.com"),
        ("BALCAO_CHANNELS_ALLOWED_NETWORKS", "10.0.0.0/8"),
    ]));
    let channels = named.unwrap().config.channels;
    assert_eq!((channels.sources.len(), channels.networks.len()), (2, 1), "what is named takes the samples' place");
    let shown = format!("{channels:?}");
    assert!(!shown.contains("status.example.com"), "an address may hold a secret: {shown}");
    let told = faults(&[
        ("BALCAO_CHANNELS_BLOG_URL", "file:///etc/passwd"),
        ("BALCAO_CHANNELS_HEALTH_CHECKS", "https://a.example/"),
        ("BALCAO_CHANNELS_ALLOWED_NETWORKS", "everywhere"),
    ]);
    for key in
        ["channels.blog.url: expected", "channels.health.checks: expected", "channels.allowed_networks: expected"]
    {
        assert!(told.contains(key), "{told}");
    }
    let production = production_with("BALCAO_CHANNELS_SAMPLES", "true");
    let production: Vec<(&str, &str)> = production.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert!(faults(&production).contains("channels.samples: samples are refused in production"));
}
