//! The language where no host names one: what was chosen on the support site, otherwise the browser's.

use balcao_contract::locale::Locale;
use js_sys::Reflect;

/// The sign-in pages and the panel share it. A preference: it proves nothing, so scripts may read it.
const COOKIE: &str = "balcao_locale";
const YEAR_SECONDS: u32 = 31_536_000;

/// The language to begin with.
pub fn first_choice() -> Locale {
    kept().unwrap_or_else(browser_locale)
}

fn kept() -> Option<Locale> {
    let document = web_sys::window()?.document()?;
    let cookies = Reflect::get(&document, &"cookie".into()).ok()?.as_string()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, tag)| Locale::from_tag(tag))
}

/// Keeps a choice for the next visit, here and on the sign-in pages.
pub fn keep(locale: Locale) {
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax", locale.code());
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        // Blocked cookies: the choice lasts until the next load.
        let _ = Reflect::set(&document, &"cookie".into(), &cookie.into());
    }
}

fn browser_locale() -> Locale {
    let tag = web_sys::window().and_then(|window| window.navigator().language());
    tag.and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}
