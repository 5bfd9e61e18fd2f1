//! Every key there is, what it means and what it may be: for `--help`, for checking, and for "did you mean".

use super::calendars;

/// A key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub name: &'static str,
    pub expected: &'static str,
    pub default: &'static str,
    pub secret: bool,
}

const fn key(name: &'static str, expected: &'static str, default: &'static str) -> Key {
    Key { name, expected, default, secret: false }
}

const fn secret(name: &'static str, expected: &'static str, default: &'static str) -> Key {
    Key { name, expected, default, secret: true }
}

/// A promise of `first_responses.<region>.<priority>`.
pub(super) const PROMISE: &str = "a promise such as `20 minutes`, `1-2 hours` or `4-8 working_hours`";

pub(super) const KEYS: &[Key] = &[
    key(
        "mode",
        "`development` or `production`",
        "development where only this machine reaches it, otherwise production",
    ),
    key(
        "development.public",
        "the words `anybody may sign in as anybody`: development may be reached from other machines",
        "none",
    ),
    key("listen", "an address and a port, such as `127.0.0.1:8080`", "127.0.0.1:8080"),
    key(
        "public_url",
        "the address users reach it under, `https://…` without a path",
        "the listening address; required in production",
    ),
    key(
        "metrics_listen",
        "an address and a port of their own for `/metrics`, such as `127.0.0.1:9464`, or `none`",
        "with everything else in development, 127.0.0.1:9464 in production",
    ),
    key("data_dir", "a folder", "data"),
    key("database.busy_seconds", "seconds a write waits for its turn before it is refused with 503, 1 to 60", "5"),
    key("panel_dir", "the folder of the built panel", "dist"),
    key("host_origins", "a list of origins that may embed the panel, such as `https://admin.example.com`", "none"),
    key("doors.host_token", "`true` or `false`: whether tokens signed by the host open the panel", "true"),
    secret(
        "host_token.key",
        "the key shared with the host, at least 32 bytes (HS256)",
        "made at the first start in development; required in production without vtex_id.url",
    ),
    secret(
        "host_token.old_key",
        "the shared key before, whose tokens are taken as well while the host changes over, at least 32 bytes",
        "none",
    ),
    key(
        "host_token.public_key_file",
        "a file with the host's public key in PEM (RS256, ES256, EdDSA), or with several: a token of each is taken",
        "none",
    ),
    key("host_token.algorithm", "`HS256`, `RS256`, `ES256` or `EdDSA`", "HS256"),
    key(
        "host_token.issuer",
        "what `iss` of the host's tokens says",
        "balcao-dev-host; required in production with a key",
    ),
    key("host_token.audience", "what `aud` of the host's tokens says or holds", "balcao"),
    key("host_token.leeway_seconds", "how far clocks may differ, 0 to 300 seconds", "30"),
    key(
        "host_token.trust_email_verified",
        "`true` or `false`: whether a host's token with `email_verified` stands for the one-time code",
        "true",
    ),
    key(
        "vtex_id.url",
        "the address of VTEX ID, `https://…`, with `{account}` where it differs by store",
        "none: tokens of VTEX ID are not taken",
    ),
    key("vtex_id.timeout_seconds", "seconds VTEX ID has for an answer, 1 to 30", "5"),
    key("session.idle_minutes", "minutes without a request after which a session ends, 1 to 10080", "60"),
    key("session.absolute_hours", "hours after which a session ends in any case, 1 to 720", "12"),
    key(
        "support_site.email",
        "`true` or `false`: sign-in outside the admin with a code sent by mail",
        "true in development",
    ),
    key(
        "support_site.password",
        "`true` or `false`: sign-in outside the admin with a password and a second factor",
        "true in development",
    ),
    key("support_site.idle_minutes", "minutes without use after which a sign-in ends, 5 to 43200", "720"),
    key("support_site.absolute_hours", "hours after which a sign-in ends in any case, 1 to 2160", "168"),
    key(
        "google.client_id",
        "this application's client ID at the OpenID provider; switches Sign in with Google on",
        "none",
    ),
    secret("google.client_secret", "its client secret there", "none"),
    key("google.issuer", "the OpenID provider, `https://…`", "https://accounts.google.com"),
    key(
        "google.trusted_domains",
        "domains whose addresses the provider is believed, besides Gmail's and a Workspace's own, separated by commas",
        "none",
    ),
    key(
        "sms.url",
        "where text messages are posted as JSON `{to, from, text}`, `https://…`",
        "none; into the mailbox in development",
    ),
    secret("sms.token", "the token for `Authorization: Bearer` there", "none"),
    key("sms.from", "the sender of text messages, a number or a name; required with sms.url", "none"),
    key(
        "mail.from",
        "the sender, `Name <address>` or an address",
        "Support <support@localhost>; required in production",
    ),
    secret(
        "mail.smtp_url",
        "the mail server, `smtp://…` or `smtps://user:password@host:465`",
        "none: messages become files",
    ),
    key("mail.smtp_ca_file", "a file with authorities to believe besides the public ones, in PEM", "none"),
    key("mail.mailbox_dir", "the folder for messages where there is no mail server", "<data_dir>/mailbox"),
    key(
        "mail.request_url",
        "where mails say a request is shown: `https://…` with `{id}`, and `{account}` where it differs by store",
        "/admin/support/requests/{id} at the first of host_origins, or at public_url",
    ),
    key(
        "mail.survey_url",
        "where mails say a solved request is rated: the same kind of address",
        "/admin/support/survey/{id} at the first of host_origins, or at public_url",
    ),
    key(
        "mail_in.address",
        "the address that replies to mails go to, such as `help@reply.example.com`, up to 23 characters before the `@`",
        "none: replies by mail are not taken; reply@localhost in development",
    ),
    key(
        "mail_in.trusted_server",
        "the name under which your own mail server writes `Authentication-Results`, such as `mx.example.com`",
        "required in production with mail_in.address; localhost in development",
    ),
    key("mail_in.max_bytes", "the largest mail that is taken, in bytes, 64 KiB to 1 GiB", "37748736"),
    key("mail_in.quarantine_mails", "the most mails that wait for an operator, 10 to 1000000", "10000"),
    key(
        "mail_in.quarantine_bytes",
        "the most bytes of them, at least mail_in.max_bytes; what finds no room stays with the mail server",
        "1073741824",
    ),
    key(
        "mail_in.imap_host",
        "the IMAP server that replies arrive at",
        "none: they are handed over by the command mail ingest",
    ),
    key("mail_in.imap_tls", "`tls`, `starttls` or `none`", "tls"),
    key("mail_in.imap_port", "its port", "993 with tls, otherwise 143"),
    key("mail_in.imap_ca_file", "a file with authorities to believe besides the public ones, in PEM", "none"),
    key("mail_in.imap_user", "who signs in there", "required with mail_in.imap_host"),
    secret("mail_in.imap_password", "with which password", "this or mail_in.imap_password_file is required"),
    key("mail_in.imap_password_file", "a file with the password", "none"),
    key("mail_in.imap_folder", "the folder that messages arrive in", "INBOX"),
    key("evidence.dir", "the folder for files", "<data_dir>/evidence"),
    key("evidence.max_bytes", "the largest file in bytes, 1 to 10 GiB", "52428800"),
    key("evidence.max_files", "the most files of one comment, 1 to 1000", "20"),
    key(
        "evidence.extensions",
        "a list of endings without the dot",
        "images, video, PDF, text, HAR, logs, office files, zip",
    ),
    key("evidence.upload_minutes", "minutes an upload waits for its comment, 1 to 10080", "60"),
    key("evidence.quota_bytes", "the most bytes one user may have waiting", "2147483648"),
    key(
        "evidence.user_bytes",
        "the most bytes of files one user may keep, waiting and attached, 0 for no limit",
        "10737418240",
    ),
    key(
        "evidence.account_bytes",
        "the most bytes of files one account may keep, waiting and attached, 0 for no limit",
        "107374182400",
    ),
    key(
        "evidence.min_free_percent",
        "the share of the disk in percent that files leave free, 0 to 90; below it no file is taken",
        "5",
    ),
    key(
        "retention.closed_tickets_days",
        "days after which closed tickets are deleted with all that is in them, 0 for never",
        "0",
    ),
    key("retention.conversations_days", "days after which conversations with Copilot are deleted, 0 for never", "0"),
    key(
        "retention.mails_days",
        "days after which mails that were given up or wait in quarantine are deleted, 0 for never",
        "0",
    ),
    key("retention.audit_days", "days after which entries of the operators' audit are deleted, 0 for never", "0"),
    key("copilot.articles_dir", "an existing folder of Markdown articles", "none: the starter set"),
    key(
        "copilot.model_dir",
        "a folder with `e5-small-q4.bin`, by which articles are found that mean what was asked in other words",
        "none: articles are found by their words alone",
    ),
    key("forms_dir", "an existing folder of form definitions", "none: the forms that come with the program"),
    key("limits.requests_per_minute", "requests of one session in a minute, 0 for no limit", "700"),
    key("limits.address_requests_per_minute", "requests from one network address in a minute, 0 for no limit", "7000"),
    key("limits.sign_ins_per_minute", "sign-ins from one network address in a minute, 0 for no limit", "120"),
    key(
        "limits.connections",
        "connections at the same time, 1 to 30000",
        "what the limit of open files allows, at most 4096",
    ),
    key(
        "limits.address_connections",
        "connections at the same time from one network address that is no trusted proxy, 0 for no limit",
        "a quarter of all connections",
    ),
    key("limits.streams", "streams of live updates at the same time, 1 to 30000", "half of all connections"),
    key("limits.person_streams", "streams of live updates of one person at the same time, 0 for no limit", "20"),
    key("limits.person_requests", "requests of one person at the same time, streams among them, 0 for no limit", "50"),
    key("limits.answer_silence_seconds", "seconds an answer waits for a reader who takes nothing, 1 to 600", "30"),
    key(
        "limits.answer_bytes_per_second",
        "the slowest an answer may be read on average over a minute, 0 for no limit",
        "1024",
    ),
    key(
        "tickets.groups",
        "a list of which group a new ticket gets, such as `form:technical region:brazil -> Engineering`; the first that fits",
        "none",
    ),
    key("tickets.readers_kept_days", "days for which it is kept who saw a ticket, 1 to 3650", "180"),
    key(
        "webhooks.allowed_networks",
        "a list of private addresses or networks that webhooks may reach, also over http, such as `10.0.0.0/8`",
        "none",
    ),
    key("channels.health.url", "the address of a JSON document of modules and whether they work, `https://…`", "none"),
    key(
        "channels.health.checks",
        "a list of modules that are asked instead, such as `Checkout=https://checkout.example.com/health`",
        "none",
    ),
    key(
        "channels.status.url",
        "the root of a status page in Statuspage's shapes, or the address of its Atom or RSS feed, `https://…`",
        "none",
    ),
    key("channels.announcements.url", "the address of an Atom or RSS feed of product news, `https://…`", "none"),
    key("channels.releases.url", "the address of a JSON document or a feed of releases, `https://…`", "none"),
    key("channels.release_notes.url", "the address of an Atom or RSS feed of release notes, `https://…`", "none"),
    key("channels.developer_portal.url", "the address of the developer portal's Atom or RSS feed, `https://…`", "none"),
    key("channels.blog.url", "the address of the blog's Atom or RSS feed, `https://…`", "none"),
    key(
        "channels.allowed_networks",
        "a list of private addresses or networks that sources may lie in, also over http, such as `10.0.0.0/8`",
        "none",
    ),
    key(
        "channels.samples",
        "`true` or `false`: show samples where no source is named (development only)",
        "true in development",
    ),
    key("trusted_proxies", "a list of addresses or networks of reverse proxies, such as `10.0.0.0/8`", "none"),
    key(
        "clock_offset_minutes",
        "minutes by which the clock is moved, to try out what happens later; in development only, -1000000 to 1000000",
        "0",
    ),
    key(
        "demo_data",
        "`true` or `false`: fill an empty database with a sample store (development only)",
        "true in development",
    ),
    key("log.format", "`text` or `json`", "text in development, json in production"),
    key(
        "log.level",
        "a level (`error`, `warn`, `info`, `debug`, `trace`), or a filter such as `info,balcao_backend=debug`",
        "info",
    ),
];

/// The key of that name, also for the families `first_responses.<region>.<priority>` and `calendars.<region>.<part>`.
pub(super) fn find(name: &str) -> Option<Key> {
    if is_promise(name) {
        return Some(key("first_responses", PROMISE, ""));
    }
    if let Some(expected) = calendars::expected(name) {
        return Some(key("calendars", expected, ""));
    }
    KEYS.iter().copied().find(|key| key.name == name)
}

fn is_promise(name: &str) -> bool {
    promises().any(|known| known == name)
}

/// Every name of a family.
pub(super) fn families() -> impl Iterator<Item = String> {
    promises().chain(calendars::names())
}

/// Every name of the family `first_responses.<region>.<priority>`.
pub(super) fn promises() -> impl Iterator<Item = String> {
    use balcao_contract::support::Region;
    Region::ALL.into_iter().flat_map(|region| {
        ["urgent", "high", "normal", "low"]
            .into_iter()
            .map(move |priority| format!("first_responses.{}.{priority}", region.name()))
    })
}

/// The name of a key in the environment.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("BALCAO_{}", name.replace('.', "_").to_ascii_uppercase())
}

/// The known name that is nearest, if one is near enough to be a slip of the finger.
pub(super) fn nearest(name: &str) -> Option<String> {
    nearest_of(name, KEYS.iter().map(|key| key.name.to_owned()).chain(families()))
}

/// The nearest of these, if it is near enough.
pub(super) fn nearest_of(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let (distance, nearest) = known.map(|known| (distance(name, &known), known)).min()?;
    (distance <= 1 + name.len() / 5).then_some(nearest)
}

/// How many letters must be put in, taken out or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The list of keys for `--help`.
#[must_use]
pub fn help() -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "Every key stands in the file (TOML, `--config` or BALCAO_CONFIG) or in the environment, which wins:\n\
         `mail.from` is BALCAO_MAIL_FROM. Lists in the environment are separated by commas.\n\nKeys:\n",
    );
    for key in KEYS {
        let _ = writeln!(text, "  {}\n      {}\n      [default: {}]", key.name, key.expected, key.default);
    }
    let _ = writeln!(
        text,
        "  first_responses.<region>.<priority>\n      {PROMISE}\n      regions: brazil, latin_america, united_states, \
         emea, asia_pacific; priorities: urgent, high, normal, low"
    );
    text.push_str(&calendars::help());
    text
}
