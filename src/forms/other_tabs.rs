//! The same draft in another tab: its edits are taken over here, and what they replaced can be had back.

use super::discard::BeginAnew;
use super::engine::Engine;
use crate::draft::{Draft, Tabs, differing};
use crate::location::address;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind};
use crate::view::view;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::FieldKey;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// An answer that another tab has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    key: FieldKey,
    /// What stood here before.
    mine: Option<AnswerValue>,
    /// What stands here since.
    theirs: Option<AnswerValue>,
}

/// Notes that other tabs changed these answers. Of several changes of one, what stood here before the first is what can
/// be had back; an answer that was edited here since is nobody's to offer.
fn overtake(known: &mut Vec<Overtaken>, before: &Draft, after: &Draft) {
    for key in differing(&before.answers, &after.answers) {
        let of = |draft: &Draft| draft.answers.get(key.as_str()).cloned();
        let (mut mine, theirs) = (of(before), of(after));
        if let Some(place) = known.iter().position(|overtaken| overtaken.key == key) {
            let earlier = known.remove(place);
            if earlier.theirs == mine {
                mine = earlier.mine;
            }
        }
        if mine != theirs {
            known.push(Overtaken { key, mine, theirs });
        }
    }
}

impl Engine {
    /// Hears of what other tabs keep, as long as the form is open.
    pub(super) fn listen_to_other_tabs(self) {
        let id = self.draft.with_value(|draft| draft.id.clone());
        self.tabs.set_value(Some(Tabs::listen(&id, move || self.look_for_other_tabs())));
        on_cleanup(move || {
            self.tabs.try_update_value(Option::take);
        });
    }

    /// Reads what is kept, and takes it over.
    pub(super) fn look_for_other_tabs(self) {
        if self.sealed.try_get_value().unwrap_or(true) || !self.is_kept.get_value() {
            return;
        }
        let Some(Some(store)) = self.store.try_get_value() else { return };
        let (owner, id) = self.draft.with_value(|draft| (draft.owner, draft.id.clone()));
        spawn_local(async move {
            if let Ok(kept) = store.get(owner, &id).await {
                self.take_from_other_tabs(kept);
            }
        });
    }

    /// Goes on with what is kept now: this draft with what other tabs have changed; `None` where one took it away.
    pub(super) fn take_from_other_tabs(self, kept: Option<Draft>) {
        // Sent or discarded here meanwhile, or the page was left.
        if self.sealed.try_get_value().unwrap_or(true) {
            return;
        }
        let Some(kept) = kept else {
            self.sealed.set_value(true);
            self.taken_away.set(true);
            return;
        };
        if kept != self.snapshot() {
            self.take_kept(kept);
        }
    }

    /// Takes over what differs.
    pub(super) fn take_over(self, kept: Draft) {
        let mine = self.snapshot();
        let merged = mine.merged_with(&kept);
        self.draft.set_value(merged.clone());
        if merged.answers != mine.answers {
            self.overtaken.update(|known| overtake(known, &mine, &merged));
            self.answers.set(merged.answers);
        }
        for file in mine.files.iter().filter(|file| merged.removed.contains(&file.id)) {
            self.uploads.let_go(&file.id);
        }
        let new = merged.files.into_iter().filter(|file| mine.files.iter().all(|known| known.id != file.id));
        let new: Vec<_> = new.collect();
        if !new.is_empty() {
            self.uploads.restore(new);
        }
    }

    /// Puts back what stood here before.
    fn put_back(self, overtaken: &Overtaken) {
        self.overtaken.update(|known| known.retain(|one| one.key != overtaken.key));
        self.answer(&overtaken.key, overtaken.mine.clone().unwrap_or(AnswerValue::Text(String::new())));
    }
}

/// What other tabs have done, above the page.
pub fn other_tabs(engine: Engine) -> AnyView {
    let language = Language::here();
    let begin_anew = use_context::<BeginAnew>();
    let changed = move || {
        let overtaken = engine.overtaken.get();
        (!overtaken.is_empty()).then(|| {
            let rows = overtaken.into_iter().map(|one| row(engine, language, one)).collect_view();
            view! {
                <Banner kind=BannerKind::Info>
                    <p>{language.t(Text::DraftOtherTab)}</p>
                    <ul class="form-overtaken">{rows}</ul>
                    <Button
                        label=language.signal(Text::DraftOtherTabKeep)
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(move |()| engine.overtaken.set(Vec::new()))
                    />
                </Banner>
            }
        })
    };
    let gone = move || {
        engine.taken_away.get().then(|| {
            let anew = move |()| {
                let start = engine.address().to(super::address::Place::Start);
                engine.navigation.replace(&super::address::Address { draft: None, ..start });
                if let Some(BeginAnew(begin_anew)) = begin_anew {
                    begin_anew.run(());
                }
            };
            view! {
                <Banner kind=BannerKind::Warning>
                    <p>{language.t(Text::DraftTakenAway)}</p>
                    <div class="actions">
                        <a class="button" href=address("/requests")>{language.t(Text::FormToHistory)}</a>
                        <Button
                            label=language.signal(Text::HistoryNew)
                            kind=ButtonKind::Quiet
                            on_click=Callback::new(anew)
                        />
                    </div>
                </Banner>
            }
        })
    };
    view! {
        {changed}
        {gone}
    }
    .into_any()
}

fn row(engine: Engine, language: Language, one: Overtaken) -> AnyView {
    let key = one.key.clone();
    let field =
        move || engine.form.with(|form| form.field(key.as_str()).map(|field| field.title.clone())).unwrap_or_default();
    let words = one.mine.as_ref().and_then(AnswerValue::as_text).filter(|text| !text.is_empty()).map(|text| {
        let key = one.key.clone();
        let option = engine.form.with_untracked(|form| {
            form.field(key.as_str()).and_then(|field| field.option_name(text)).map(str::to_owned)
        });
        view! { <blockquote dir="auto">{option.unwrap_or_else(|| text.to_owned())}</blockquote> }
    });
    let back = one.mine.as_ref().is_some_and(|mine| !mine.is_blank()).then(|| {
        let field = field.clone();
        let label = move || language.text_with(Text::DraftPutBack, &[("field", &field())]);
        view! {
            <Button
                label=Signal::derive(label)
                kind=ButtonKind::Quiet
                on_click=Callback::new(move |()| engine.put_back(&one))
            />
        }
    });
    view! {
        <li>
            <strong>{field}</strong>
            {words}
            {back}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{DraftId, Owner, Purpose};

    fn draft(subject: &str) -> Draft {
        let owner = Owner { account: 1_u64.try_into().unwrap(), user: 2_u64.try_into().unwrap() };
        let purpose = Purpose::Form("technical".to_owned());
        let mut draft = Draft::named(DraftId::parse("d").unwrap(), "k".to_owned(), owner, purpose, 5);
        draft.answers.set(FieldKey::new("subject"), subject.into());
        draft
    }

    fn offered(steps: &[(&str, &str)]) -> Vec<Option<String>> {
        let mut known = Vec::new();
        steps.iter().for_each(|(before, after)| overtake(&mut known, &draft(before), &draft(after)));
        known.into_iter().map(|one| one.mine.and_then(|mine| mine.as_text().map(str::to_owned))).collect()
    }

    #[test]
    fn ones_own_words_can_be_had_back_however_often_the_other_tab_edits() {
        assert_eq!(offered(&[("mine", "t")]), [Some("mine".to_owned())]);
        assert_eq!(offered(&[("mine", "t"), ("t", "th"), ("th", "theirs")]), [Some("mine".to_owned())]);
        // Edited here in between: that is what is mine now.
        assert_eq!(offered(&[("mine", "t"), ("newer", "theirs")]), [Some("newer".to_owned())]);
        // The other tab came back to it by itself.
        assert_eq!(offered(&[("mine", "t"), ("t", "mine")]), []);
        assert_eq!(offered(&[("", "theirs")]), [None]);
    }
}
