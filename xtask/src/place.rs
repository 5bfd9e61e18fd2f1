//! Where things are: the checkout, the tool folder of this machine, programs on the PATH.

use crate::fault::{Fault, Outcome};
use std::env;
use std::path::{Path, PathBuf};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Where tools are installed once for every checkout of this machine: `$BALCAO_TOOLS`, else
/// `$XDG_DATA_HOME/balcao/tools`, else `~/.local/share/balcao/tools`.
pub fn tools() -> Outcome<PathBuf> {
    tools_from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn tools_from(variable: impl Fn(&str) -> Option<PathBuf>) -> Outcome<PathBuf> {
    if let Some(folder) = variable("BALCAO_TOOLS") {
        // Tools are called from several folders.
        return std::path::absolute(&folder).map_err(|error| Fault::file(&error, "find", &folder));
    }
    // The XDG specification says to ignore a relative path.
    let data = variable("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
    data.or_else(|| variable("HOME").map(|home| home.join(".local/share")))
        .map(|data| data.join("balcao/tools"))
        .ok_or_else(|| Fault::new("HOME is not set: set BALCAO_TOOLS to a folder for the tools."))
}

/// The first of these programs that is on the PATH.
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_folder_is_the_first_that_is_named() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[("BALCAO_TOOLS", "/t"), ("XDG_DATA_HOME", "/x"), ("HOME", "/h")], "/t"),
            (&[("XDG_DATA_HOME", "/x"), ("HOME", "/h")], "/x/balcao/tools"),
            (&[("XDG_DATA_HOME", "x"), ("HOME", "/h")], "/h/.local/share/balcao/tools"),
            (&[("HOME", "/h")], "/h/.local/share/balcao/tools"),
        ];
        for (variables, expected) in cases {
            let found = tools_from(|name| {
                variables.iter().find(|(other, _)| *other == name).map(|(_, value)| PathBuf::from(value))
            });
            assert_eq!(found, Ok(PathBuf::from(expected)), "{variables:?}");
        }
        assert!(tools_from(|_| None).is_err());
    }

    #[test]
    fn the_checkout_is_where_the_workspace_is() {
        assert!(root().join("Trunk.toml").is_file());
    }
}
