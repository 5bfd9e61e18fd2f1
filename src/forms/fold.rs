//! Questions that need no answer, folded away under a line that says what will be sent for them.

use super::engine::Engine;
use super::fields::FieldView;
use crate::text::{Language, Text};
use crate::view::{each, memo, view};
use balcao_contract::answers::Answers;
use leptos::prelude::*;

/// The questions; nothing where none is folded. Open for whoever comes to change an answer, and where one is wrong.
#[component]
pub fn Fold(engine: Engine, folded: Memo<Vec<String>>) -> impl IntoView {
    let language = Language::here();
    let any = memo(move || folded.with(|folded| !folded.is_empty()));
    let is_wrong = Memo::new(move |before: Option<&bool>| {
        // Mended, it stays open: nothing closes under somebody's hand.
        before == Some(&true)
            || engine
                .problems
                .with(|problems| folded.with(|folded| folded.iter().any(|key| problems.of(key).is_some())))
    });
    let from_review = untrack(|| engine.navigation.address().with(|address| address.from_review));
    let line = move |key: String| {
        let rest = engine.rest();
        engine.form.with(|form| {
            let field = form.field(&key)?;
            let words = |answers: &Answers| (rest?.words)(language, field, answers.get(&key));
            let answer = engine.answers.with(words);
            Some(match answer {
                Some(answer) => format!("{}: {answer}", field.title),
                None => field.title.clone(),
            })
        })
    };
    let lines = move || {
        let lines: Vec<String> = folded.get().into_iter().filter_map(line).collect();
        lines.join(" \u{b7} ")
    };
    let fold = move || {
        any.get().then(|| {
            view! {
                <details class="form-fold" prop:open=move || from_review || is_wrong.get()>
                    <summary>
                        <span class="form-fold-title">{language.t(Text::FormFold)}</span>
                        <span class="form-fold-line">{lines}</span>
                    </summary>
                    {each(move || folded.get(), move |key| view! { <FieldView engine key /> }.into_any())}
                </details>
            }
        })
    };
    fold.into_any()
}
