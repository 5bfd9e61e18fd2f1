//! Where a browser goes on after the sign-in: an address of the panel, and never anywhere else.

/// Where it goes without a wish.
const NEW: &str = "/panel/new";
/// Longer ones are nobody's wish.
const LONGEST: usize = 1024;

/// A plain address below `/panel/` on our own origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl Default for ReturnTo {
    fn default() -> Self {
        Self(NEW.to_owned())
    }
}

impl ReturnTo {
    /// What was wished for, where it is an address of the panel that every browser reads alike; otherwise the usual one.
    #[must_use]
    pub fn wished(wish: &str) -> Self {
        if is_plain(wish) { Self(wish.to_owned()) } else { Self::default() }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Nobody wished for anything.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.0 == NEW
    }
}

/// A list of what is allowed, for what browsers make of the rest differs: `\` is `/`, tabs vanish, `//` names a host.
fn is_plain(wish: &str) -> bool {
    let (path, query) = wish.split_once('?').unwrap_or((wish, ""));
    let Some(segments) = path.strip_prefix("/panel/") else { return false };
    let plain = |extra: &'static [u8]| move |b: u8| b.is_ascii_alphanumeric() || extra.contains(&b);
    wish.len() <= LONGEST
        && segments.split('/').all(|segment| !segment.starts_with('.') && segment.bytes().all(plain(b"-_.")))
        && !segments.contains("//")
        && !segments.starts_with('/')
        && query.bytes().all(plain(b"-_.~%=&+:,;@!*'()/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_panel_are_kept() {
        for wish in [
            "/panel/new",
            "/panel/requests/12",
            "/panel/",
            "/panel/requests?status=open,pending&q=caf%C3%A9+x&page=2",
            "/panel/new/technical?account=acme-store",
        ] {
            assert_eq!(ReturnTo::wished(wish).as_str(), wish);
        }
    }

    #[test]
    fn everything_else_leads_to_the_usual_place() {
        let long = format!("/panel/{}", "a".repeat(2000));
        for wish in [
            "",
            "/",
            "/panel",
            "panel/new",
            "//evil.example",
            "//evil.example/panel/new",
            "https://evil.example/panel/new",
            "/\\evil.example",
            "/panel\\..\\new",
            "/panel//evil.example",
            "/panel/../support",
            "/panel/./new",
            "/panel/..%2fsupport",
            "/panel/%2e%2e/support",
            "/panel/new\r\nSet-Cookie: a=b",
            "/panel/new\t",
            "/panel/new#there",
            "/panel/new?x=<script>",
            "/panel/new?x=\"",
            "/panel/new?x=a b",
            "/panel/ñ",
            "/panelx/new",
            "/support",
            "javascript:alert(1)",
            " /panel/new",
            "/panel/new\0",
            &long,
        ] {
            assert!(ReturnTo::wished(wish).is_usual(), "{wish:?}");
        }
    }
}
