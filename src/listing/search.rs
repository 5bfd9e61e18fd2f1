//! The search field.

use crate::text::{Language, Text};
use crate::view::view;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// A search of that id and label. `asked` is what the address says; `search` goes to what was typed, or asks again where it is
/// the same.
pub fn search(id: &'static str, label: Text, limit: usize, asked: Memo<String>, search: Callback<String>) -> AnyView {
    let language = Language::here();
    let field = NodeRef::<Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            search.run(field.value());
            // What was typed is shown as it was taken.
            field.set_value(&asked.get_untracked());
        }
    };
    let clear = move |_| {
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            // The button goes away: the focus must not go with it.
            let _ = field.focus();
        }
        search.run(String::new());
    };
    view! {
        <form class="history-search" role="search" on:submit=submit>
            <label for=id>{language.t(label)}</label>
            <div class="history-search-row">
                <input
                    node_ref=field
                    id=id
                    type="search"
                    name="query"
                    class="input"
                    autocomplete="off"
                    enterkeyhint="search"
                    maxlength=limit.to_string()
                    prop:value=move || asked.get()
                />
                <button class="button" type="submit">{language.t(Text::HistorySearchButton)}</button>
                {move || (!asked.read().is_empty()).then(|| view! {
                    <button class="button button-quiet" type="button" on:click=clear>
                        {language.t(Text::HistorySearchClear)}
                    </button>
                }.into_any())}
            </div>
        </form>
    }
    .into_any()
}
