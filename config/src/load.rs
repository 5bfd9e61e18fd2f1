//! From texts to [`Config`]: every key's check, and what production refuses.

use super::reader::{ConfigError, Reader};
use super::{
    ChannelsConfig, Config, HostTokenAlgorithm, HostTokenKey, LogFormat, MetricsDoor, Mode, Network, Retention,
    SupportSite,
};
use super::{calendars, keys, local_url, mail_in, mail_out, reach, vtex_id};
use balcao_contract::support::{FirstResponse, FirstResponses, Region, ResponseUnit};
use balcao_desk::routing::Route;
use chrono::TimeDelta;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use url::{Host, Url};

/// A shared key shorter than the signature's hash weakens it (RFC 7518, 3.2).
const SHORTEST_KEY: usize = 32;
/// Where production's figures are, unless the operator says otherwise: only this machine reaches it.
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A TOML file.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Vec<(String, String)>,
}

/// What the settings came to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What is not wrong, but worth a line in the log.
    pub warnings: Vec<String>,
    /// Every key and what it came to, secrets masked.
    pub effective: Vec<(String, String)>,
}

/// Reads and checks all settings.
///
/// # Errors
/// Every fault there is, by key.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    finish(read_all(sources))
}

/// As [`load`], for what a mail server starts to hand over a mail: with next to no environment, where the secrets are.
/// Taking a mail needs none of them, so those that are not given are no fault.
///
/// # Errors
/// Every fault there is besides, by key.
pub fn load_without_secrets(sources: &Sources) -> Result<Loaded, ConfigError> {
    let (mut reader, config, warnings) = read_all(sources);
    let is_missing = |name: &str| keys::find(name).is_some_and(|key| key.secret) && !reader.is_given(name);
    reader.faults = reader.faults.iter().filter(|fault| !is_missing(&fault.key)).cloned().collect();
    finish((reader, config, warnings))
}

fn read_all(sources: &Sources) -> (Reader, Config, Vec<String>) {
    let mut reader = Reader::default();
    if let Some(file) = &sources.file {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(content) => reader.take_file(&name, &content),
            Err(error) => reader.fault("--config", format!("{name} cannot be read: {error}")),
        }
    }
    reader.take_environment(sources.environment.iter().cloned());
    let mut warnings = Vec::new();
    let config = read(&mut reader, &mut warnings);
    (reader, config, warnings)
}

fn finish((reader, config, warnings): (Reader, Config, Vec<String>)) -> Result<Loaded, ConfigError> {
    if !reader.faults.is_empty() {
        return Err(ConfigError(reader.faults));
    }
    Ok(Loaded { config, warnings, effective: reader.effective })
}

fn read(reader: &mut Reader, warnings: &mut Vec<String>) -> Config {
    let stated = reader.optional("mode", mode);
    let data_dir = reader.or("data_dir", path, PathBuf::from("data"), "data");
    let mut config = Config::development(&data_dir);
    config.listen = reader.or("listen", |text| text.parse::<SocketAddr>().ok(), config.listen, "127.0.0.1:8080");
    let own = local_url(config.listen);
    config.public_url = reader.or("public_url", public_url, own.clone(), own.as_str().trim_end_matches('/'));
    config.trusted_proxies =
        reader.or("trusted_proxies", |text| list(text, |one| Network::from_str(one).ok()), Vec::new(), "");
    let mode = reach::decide(reader, stated, &mut config, warnings);
    let (metrics, shown) = match mode {
        Mode::Development => (config.metrics, "with everything else"),
        Mode::Production => (MetricsDoor::At(METRICS), "127.0.0.1:9464"),
    };
    config.metrics = reader.or("metrics_listen", metrics_door, metrics, shown);
    if config.metrics == MetricsDoor::At(config.listen) {
        reader.fault("metrics_listen", "is the same as listen; it takes an address of its own".to_owned());
    }
    let seconds = |text: &str| number(text, (1, 60)).map(Duration::from_secs);
    config.database_busy = reader.or("database.busy_seconds", seconds, config.database_busy, "5");
    config.panel_dir = reader.or("panel_dir", path, config.panel_dir, "dist");
    config.host_origins = reader.or("host_origins", |text| list(text, origin), Vec::new(), "");
    config.host_token_door = reader.or("doors.host_token", |text| text.parse().ok(), true, "true");
    read_host_token(reader, &mut config);
    config.vtex_id = vtex_id::read(reader, mode);
    config.support_site = SupportSite::read(reader, mode);
    let minutes = |range| move |text: &str| number(text, range).map(|n| Duration::from_secs(n * 60));
    config.session.idle = reader.or("session.idle_minutes", minutes((1, 10_080)), config.session.idle, "60");
    let hours = |text: &str| number(text, (1, 720)).map(|n| Duration::from_secs(n * 3600));
    config.session.absolute = reader.or("session.absolute_hours", hours, config.session.absolute, "12");
    mail_out::read(reader, &mut config);
    config.mail_in = mail_in::read(reader, mode);
    read_evidence(reader, &mut config);
    config.retention = Retention::read(reader);
    config.copilot.articles_dir = reader.optional("copilot.articles_dir", folder);
    config.copilot.model_dir = reader.optional("copilot.model_dir", path);
    config.forms_dir = reader.optional("forms_dir", folder);
    let limits = &mut config.limits;
    for (name, limit) in [
        ("limits.requests_per_minute", &mut limits.requests_per_minute),
        ("limits.address_requests_per_minute", &mut limits.address_requests_per_minute),
        ("limits.sign_ins_per_minute", &mut limits.sign_ins_per_minute),
        ("limits.person_streams", &mut limits.person_streams),
        ("limits.person_requests", &mut limits.person_requests),
        ("limits.answer_bytes_per_second", &mut limits.answer_bytes_per_second),
    ] {
        let default = limit.to_string();
        *limit = reader.or(name, |text| text.parse().ok(), *limit, &default);
    }
    let places = |text: &str| number(text, (1, 30_000)).and_then(|number| u32::try_from(number).ok());
    limits.connections = reader.optional("limits.connections", places);
    limits.streams = reader.optional("limits.streams", places);
    limits.address_connections = reader.optional("limits.address_connections", |text| text.parse().ok());
    let seconds = |text: &str| number(text, (1, 600)).map(Duration::from_secs);
    limits.answer_silence = reader.or("limits.answer_silence_seconds", seconds, limits.answer_silence, "30");
    read_promises(reader, &mut config);
    config.calendars = calendars::read(reader, warnings);
    config.feeds = calendars::read_feeds(reader);
    let days = |text: &str| number(text, (1, 3650)).and_then(|days| u32::try_from(days).ok());
    config.readers_kept_days = reader.or("tickets.readers_kept_days", days, config.readers_kept_days, "180");
    config.routing = reader.or("tickets.groups", |text| list(text, Route::parse), Vec::new(), "none").into();
    config.webhook_networks =
        reader.or("webhooks.allowed_networks", |text| list(text, |one| Network::from_str(one).ok()), Vec::new(), "");
    let offset =
        |text: &str| text.parse().ok().filter(|minutes: &i64| minutes.abs() <= 1_000_000).map(TimeDelta::minutes);
    config.clock_offset = reader.or("clock_offset_minutes", offset, config.clock_offset, "0");
    let development = mode == Mode::Development;
    config.demo_data = reader.or("demo_data", |text| text.parse().ok(), development, &development.to_string());
    let channels = ChannelsConfig::read(reader);
    config.channels = channels.or_samples(reader, mode, &own);
    let (format, shown) = if development { (LogFormat::Text, "text") } else { (LogFormat::Json, "json") };
    config.log.format = reader.or("log.format", log_format, format, shown);
    config.log.level = reader.or("log.level", log_level, config.log.level, "info");
    if mode == Mode::Production {
        check_production(reader, &config, warnings);
        reach::explain(reader, &config);
    }
    config
}

fn read_host_token(reader: &mut Reader, config: &mut Config) {
    let algorithm =
        |text: &str| HostTokenAlgorithm::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(text));
    let token = &mut config.host_token;
    token.algorithm = reader.or("host_token.algorithm", algorithm, token.algorithm, token.algorithm.name());
    token.issuer = reader.or("host_token.issuer", line, token.issuer.clone(), &token.issuer);
    token.audience = reader.or("host_token.audience", line, token.audience.clone(), &token.audience);
    token.leeway_seconds = reader.or("host_token.leeway_seconds", |text| number(text, (0, 300)), 30, "30");
    token.trust_email_verified =
        reader.or("host_token.trust_email_verified", |text| text.parse().ok(), token.trust_email_verified, "true");
    let shared =
        reader.optional("host_token.key", |text| (text.len() >= SHORTEST_KEY).then(|| text.as_bytes().to_vec()));
    let old =
        reader.optional("host_token.old_key", |text| (text.len() >= SHORTEST_KEY).then(|| text.as_bytes().to_vec()));
    if let Some(old) = old {
        match &shared {
            Some(key) if *key == old => {
                reader.fault("host_token.old_key", "is the same as host_token.key; leave it out".to_owned());
            }
            Some(_) => token.old_key = Some(old.into()),
            None if reader.is_given("host_token.key") => {}
            None => reader.fault("host_token.old_key", "stands beside host_token.key, which is not given".to_owned()),
        }
    }
    let public = reader.optional("host_token.public_key_file", |text| std::fs::read(text).ok());
    match (token.algorithm, shared, public) {
        (_, Some(_), Some(_)) => {
            reader.fault("host_token", "either host_token.key or host_token.public_key_file, not both".to_owned());
        }
        (HostTokenAlgorithm::Hs256, Some(key), None) => token.key = HostTokenKey::Shared(key),
        (HostTokenAlgorithm::Hs256, None, Some(_)) => {
            reader.fault("host_token.public_key_file", "HS256 takes host_token.key instead".to_owned());
        }
        (other, Some(_), None) => {
            reader.fault("host_token.key", format!("{} takes host_token.public_key_file instead", other.name()));
        }
        (_, None, Some(pem)) => token.key = HostTokenKey::PublicPem(pem),
        (HostTokenAlgorithm::Hs256, None, None) => {}
        (other, None, None) => {
            if !reader.is_given("host_token.public_key_file") {
                reader.fault("host_token.public_key_file", format!("required for {}", other.name()));
            }
        }
    }
}

fn read_evidence(reader: &mut Reader, config: &mut Config) {
    let evidence = &mut config.evidence;
    let shown = evidence.dir.display().to_string();
    evidence.dir = reader.or("evidence.dir", path, evidence.dir.clone(), &shown);
    let limits = &mut evidence.limits;
    limits.max_bytes =
        reader.or("evidence.max_bytes", |text| number(text, (1, 10 << 30)), limits.max_bytes, "52428800");
    let files = |text: &str| number(text, (1, 1000)).and_then(|n| u32::try_from(n).ok());
    limits.max_files = reader.or("evidence.max_files", files, limits.max_files, "20");
    let shown = limits.extensions.join(",");
    limits.extensions =
        reader.or("evidence.extensions", |text| list(text, ending), std::mem::take(&mut limits.extensions), &shown);
    let minutes = |text: &str| number(text, (1, 10_080)).map(|n| Duration::from_secs(n * 60));
    evidence.upload_life = reader.or("evidence.upload_minutes", minutes, evidence.upload_life, "60");
    let shown = evidence.quota_bytes.to_string();
    let quota = |text: &str| number(text, (1, 1 << 50));
    evidence.quota_bytes = reader.or("evidence.quota_bytes", quota, evidence.quota_bytes, &shown);
    let total = |text: &str| number(text, (0, 1 << 50));
    let shown = evidence.user_bytes.to_string();
    evidence.user_bytes = reader.or("evidence.user_bytes", total, evidence.user_bytes, &shown);
    let shown = evidence.account_bytes.to_string();
    evidence.account_bytes = reader.or("evidence.account_bytes", total, evidence.account_bytes, &shown);
    let percent = |text: &str| number(text, (0, 90)).and_then(|percent| u8::try_from(percent).ok());
    let shown = evidence.min_free_percent.to_string();
    evidence.min_free_percent = reader.or("evidence.min_free_percent", percent, evidence.min_free_percent, &shown);
}

fn read_promises(reader: &mut Reader, config: &mut Config) {
    for region in Region::ALL {
        let defaults = FirstResponses::default_of(region);
        let mut of = |priority: &str, default: FirstResponse| {
            reader.optional(&format!("first_responses.{}.{priority}", region.name()), promise).unwrap_or(default)
        };
        let promises = FirstResponses {
            urgent: of("urgent", defaults.urgent),
            high: of("high", defaults.high),
            normal: of("normal", defaults.normal),
            low: of("low", defaults.low),
        };
        if promises != defaults {
            config.first_responses.insert(region, promises);
        }
    }
}

fn check_production(reader: &mut Reader, config: &Config, warnings: &mut Vec<String>) {
    match &config.host_token.key {
        HostTokenKey::Shared(key) if key.is_empty() => {
            let hs256 = config.host_token.algorithm == HostTokenAlgorithm::Hs256;
            if config.host_token_door
                && hs256
                && config.vtex_id.is_none()
                && !reader.faults.iter().any(|fault| fault.key.starts_with("host_token"))
            {
                let expected = keys::find("host_token.key").map_or("", |key| key.expected);
                reader.fault("host_token.key", format!("required in production: {expected}"));
            }
        }
        HostTokenKey::Shared(key) if is_guessable(key) => {
            reader.fault("host_token.key", "looks like a placeholder; make one with `openssl rand -hex 32`".to_owned());
        }
        _ => {}
    }
    if config.host_token.old_key.as_ref().is_some_and(|key| is_guessable(key)) {
        reader.fault("host_token.old_key", "looks like a placeholder; leave it out".to_owned());
    }
    let has_key = config.host_token.key != HostTokenKey::Shared(Vec::new());
    for (name, needed) in [
        ("public_url", true),
        ("host_token.issuer", config.host_token_door && (has_key || config.vtex_id.is_none())),
        ("mail.from", true),
    ] {
        if needed && !reader.is_given(name) {
            let expected = keys::find(name).map_or("", |key| key.expected);
            reader.fault(name, format!("required in production: {expected}"));
        }
    }
    if config.demo_data {
        reader.fault("demo_data", "the sample store is refused in production".to_owned());
    }
    if !config.clock_offset.is_zero() {
        reader.fault("clock_offset_minutes", "a moved clock is refused in production".to_owned());
    }
    if config.public_url.scheme() != "https" {
        warnings.push("public_url is not https: tokens and tickets go over the network readable by others".to_owned());
    }
    if !config.host_token_door && config.vtex_id.is_none() && !config.support_site.is_open() {
        reader.fault("doors", "no door is open: nobody could sign in".to_owned());
    }
    if config.support_site.is_open() && config.mail.smtp_url.is_none() {
        warnings.push("the support site is on, but its codes and links reach nobody without mail.smtp_url".to_owned());
    }
    if config.host_origins.is_empty() {
        warnings.push("host_origins is empty: no site can embed the panel".to_owned());
    }
    if config.mail.smtp_url.as_deref().is_some_and(mail_out::shows_password) {
        warnings.push("mail.smtp_url sends the password readable by others: smtps://…, or ?tls=required".to_owned());
    }
    if config.mail.smtp_url.is_none() {
        warnings.push("mail.smtp_url is not set: messages are written to mail.mailbox_dir and reach nobody".to_owned());
    }
}

/// A placeholder from a manual, or one letter held down.
fn is_guessable(key: &[u8]) -> bool {
    let text = String::from_utf8_lossy(key).to_ascii_lowercase();
    let different: HashSet<u8> = key.iter().copied().collect();
    different.len() < 8
        || [
            "changeme",
            "change-me",
            "change_me",
            "change me",
            "example",
            "placeholder",
            "replace",
            "0123456789abcdef0123456789abcdef",
        ]
        .iter()
        .any(|known| text.contains(known))
}

fn mode(text: &str) -> Option<Mode> {
    match text {
        "development" => Some(Mode::Development),
        "production" => Some(Mode::Production),
        _ => None,
    }
}

fn metrics_door(text: &str) -> Option<MetricsDoor> {
    match text {
        "none" => Some(MetricsDoor::Nowhere),
        address => address.parse().ok().map(MetricsDoor::At),
    }
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn log_level(text: &str) -> Option<String> {
    // A word that is no level would be read as the name of a target, and everything else would fall silent.
    let level = |text: &str| text.parse::<tracing_subscriber::filter::LevelFilter>().is_ok();
    let is_directive = |one: &str| level(one.split_once('=').map_or(one, |(_, after)| after).trim());
    let parsed = text.parse::<tracing_subscriber::filter::Targets>().is_ok();
    (parsed && !text.is_empty() && text.split(',').all(is_directive)).then(|| text.to_owned())
}

pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text))
}

fn folder(text: &str) -> Option<PathBuf> {
    path(text).filter(|path| Path::is_dir(path))
}

pub(super) fn line(text: &str) -> Option<String> {
    (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

pub(super) fn number(text: &str, (least, most): (u64, u64)) -> Option<u64> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

pub(super) fn list<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(read).collect()
}

fn ending(text: &str) -> Option<String> {
    let text = text.trim_start_matches('.').to_ascii_lowercase();
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(text)
}

fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && plain && url.path() == "/").then_some(url)
}

fn public_url(text: &str) -> Option<Url> {
    web_url(text)
}

/// An origin goes into a header and a page: exactly what the URL standard makes of it, never what was typed.
fn origin(text: &str) -> Option<String> {
    let url = web_url(text)?;
    let whole_host = matches!(url.host(), Some(Host::Domain(name)) if !name.contains('*'))
        || matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    whole_host.then(|| url.origin().ascii_serialization())
}

/// `20 minutes`, `1-2 hours`, `4-8 working_hours`.
fn promise(text: &str) -> Option<FirstResponse> {
    let (range, unit) = text.split_once(char::is_whitespace)?;
    let (min, max) = range.split_once('-').unwrap_or((range, range));
    let (min, max) = (min.parse::<u32>().ok()?, max.parse::<u32>().ok()?);
    let unit = match unit.trim() {
        "minute" | "minutes" => ResponseUnit::Minutes,
        "hour" | "hours" => ResponseUnit::Hours,
        "working_hour" | "working_hours" => ResponseUnit::WorkingHours,
        _ => return None,
    };
    (min >= 1 && min <= max && max <= 10_000).then_some(FirstResponse { min, max, unit })
}
