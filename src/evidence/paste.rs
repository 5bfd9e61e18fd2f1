//! A screenshot from the clipboard becomes a file.

use super::uploads::Uploads;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, File, HtmlElement};

impl Uploads {
    /// Takes files that are pasted anywhere on the page, as long as the present view lives.
    pub fn take_pasted(self) {
        let listener = window_event_listener(leptos::ev::paste, move |event| {
            let files = pasted(&event);
            if !files.is_empty() {
                event.prevent_default();
                self.add_pasted(files);
            }
        });
        on_cleanup(move || listener.remove());
    }

    /// What was pasted, and the names it gets.
    pub(super) fn named(self, files: Vec<File>) -> Vec<(String, File)> {
        let day = today();
        let mut taken: Vec<String> =
            self.queue().with_untracked(|queue| queue.entries().iter().map(|entry| entry.file.name.clone()).collect());
        let named = files.into_iter().map(|file| {
            let name = match screenshot_ending(&file.name(), &file.type_()) {
                Some(ending) => screenshot_name(&day, ending, &taken),
                None => file.name(),
            };
            taken.push(name.clone());
            (name, file)
        });
        named.collect()
    }
}

/// The files of the clipboard; none where the paste is meant for a text: a table copied from a spreadsheet comes as
/// text and as a picture of it.
fn pasted(event: &ClipboardEvent) -> Vec<File> {
    let Some(clipboard) = event.clipboard_data() else { return Vec::new() };
    let Some(files) = clipboard.files() else { return Vec::new() };
    let has_text = clipboard.get_data("text/plain").is_ok_and(|text| !text.is_empty());
    if has_text && is_text_field(event) {
        return Vec::new();
    }
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

fn is_text_field(event: &ClipboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    let kind = element.get_attribute("type").unwrap_or_default();
    let is_button = matches!(kind.as_str(), "file" | "radio" | "checkbox" | "button" | "submit");
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => !is_button,
        _ => element.is_content_editable(),
    }
}

/// Browsers call every picture of the clipboard `image.png`; a file that was copied keeps its own name.
fn screenshot_ending(name: &str, content_type: &str) -> Option<&'static str> {
    let nameless = name.is_empty() || name.strip_prefix("image.").is_some_and(|ending| !ending.contains('.'));
    if !nameless {
        return None;
    }
    match content_type {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        "image/gif" => Some("gif"),
        "image/webp" => Some("webp"),
        "image/bmp" => Some("bmp"),
        _ => None,
    }
}

fn screenshot_name(day: &str, ending: &str, taken: &[String]) -> String {
    let is_taken = |number: usize| taken.iter().any(|name| name.starts_with(&format!("screenshot-{day}-{number}.")));
    let number = (1..).find(|number| !is_taken(*number)).unwrap_or(1);
    format!("screenshot-{day}-{number}.{ending}")
}

/// Today where the reader is, `2026-11-21`.
fn today() -> String {
    let date = js_sys::Date::new_0();
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screenshots_are_numbered_within_the_day() {
        let taken = ["screenshot-2026-11-21-1.png".to_owned(), "screenshot-2026-11-21-3.jpg".to_owned()];
        assert_eq!(screenshot_name("2026-11-21", "png", &[]), "screenshot-2026-11-21-1.png");
        assert_eq!(screenshot_name("2026-11-21", "png", &taken[..1]), "screenshot-2026-11-21-2.png");
        assert_eq!(screenshot_name("2026-11-21", "png", &taken), "screenshot-2026-11-21-2.png");
        assert_eq!(screenshot_name("2026-11-22", "gif", &taken), "screenshot-2026-11-22-1.gif");
    }

    #[test]
    fn only_nameless_pictures_are_renamed() {
        assert_eq!(screenshot_ending("image.png", "image/png"), Some("png"));
        assert_eq!(screenshot_ending("", "image/webp"), Some("webp"));
        assert_eq!(screenshot_ending("image.error.png", "image/png"), None);
        assert_eq!(screenshot_ending("checkout.png", "image/png"), None);
        assert_eq!(screenshot_ending("image.svg", "image/svg+xml"), None);
    }
}
