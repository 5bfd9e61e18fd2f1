//! Settings as text, from a file and the environment, read one by one. Every fault is kept, so that the operator sees
//! all of them at once.

use super::keys;
use std::collections::BTreeMap;
use std::fmt;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The key's name.
    pub key: String,
    /// What is wrong, and what is expected.
    pub problem: String,
}

/// All settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<SettingError>);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the configuration cannot be used:")?;
        for SettingError { key, problem } in &self.0 {
            write!(formatter, "\n  {key}: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

#[derive(Debug, Clone)]
struct RawSetting {
    value: String,
    source: String,
}

/// Reads settings and notes what each came to.
#[derive(Debug, Default)]
pub(super) struct Reader {
    given: BTreeMap<String, RawSetting>,
    pub faults: Vec<SettingError>,
    /// Keys and what they came to, secrets masked.
    pub effective: Vec<(String, String)>,
}

impl Reader {
    /// Takes the settings of a TOML file.
    pub fn take_file(&mut self, name: &str, content: &str) {
        match content.parse::<toml::Table>() {
            Ok(table) => self.take_table(name, "", &table),
            Err(error) => self.fault(name, format!("not TOML: {}", error.to_string().trim().replace('\n', " "))),
        }
    }

    fn take_table(&mut self, file: &str, prefix: &str, table: &toml::Table) {
        for (key, value) in table {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(inner) => self.take_table(file, &name, inner),
                toml::Value::Array(items) => {
                    let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                    match items {
                        Some(items) => self.take(name, items.join(","), file.to_owned()),
                        None => self.fault(&name, "a list holds only texts".to_owned()),
                    }
                }
                toml::Value::String(text) => self.take(name, text.clone(), file.to_owned()),
                other => self.take(name, other.to_string(), file.to_owned()),
            }
        }
    }

    /// Takes the variables that begin with `BALCAO_`. Names that other programs of the house use are left alone.
    pub fn take_environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let known: BTreeMap<String, String> = keys::KEYS
            .iter()
            .map(|key| key.name.to_owned())
            .chain(keys::families())
            .map(|name| (keys::variable(&name), name))
            .collect();
        for (variable, value) in variables {
            let Some(rest) = variable.strip_prefix("BALCAO_") else { continue };
            let not_ours = matches!(rest, "CONFIG" | "TOOLS" | "TOOLCHAIN" | "ADVISORIES")
                || rest.starts_with("E2E_")
                || rest.starts_with("XTASK_");
            if not_ours || value.is_empty() {
                continue;
            }
            match known.get(&variable.replace("__", "_")) {
                Some(name) => self.take(name.clone(), value, variable),
                None => {
                    let lower = variable.to_ascii_lowercase();
                    let near = keys::nearest_of(&lower, known.keys().map(|known| known.to_ascii_lowercase()));
                    let near = near.map(|near| near.to_ascii_uppercase());
                    self.unknown(&variable, near);
                }
            }
        }
    }

    fn take(&mut self, name: String, value: String, source: String) {
        if keys::find(&name).is_none() {
            let near = keys::nearest(&name);
            self.unknown(&name, near);
            return;
        }
        self.given.insert(name, RawSetting { value, source });
    }

    fn unknown(&mut self, name: &str, near: Option<String>) {
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        self.fault(name, format!("there is no such key{hint}"));
    }

    /// Notes a fault.
    pub fn fault(&mut self, key: &str, problem: String) {
        self.faults.push(SettingError { key: key.to_owned(), problem });
    }

    /// Whether somebody set it.
    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// A setting that may be absent, and how it is read.
    pub fn optional<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let given = self.given.get(name)?.clone();
        let known = keys::find(name)?;
        let value = read(given.value.trim());
        if value.is_none() {
            let expected = known.expected;
            let got = if known.secret { String::new() } else { format!(", not `{}`", given.value.escape_debug()) };
            self.fault(name, format!("expected {expected}{got} (from {})", given.source));
        }
        let shown = if known.secret { "***".to_owned() } else { given.value };
        self.effective.push((name.to_owned(), shown));
        value
    }

    /// A setting with a default; `shown` is how the default is written.
    pub fn or<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>, default: T, shown: &str) -> T {
        match self.optional(name, read) {
            Some(value) => value,
            None => {
                if !self.is_given(name) {
                    self.effective.push((name.to_owned(), shown.to_owned()));
                }
                default
            }
        }
    }
}
