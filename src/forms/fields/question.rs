//! What every kind of field needs to know about its question.

use crate::forms::engine::Engine;
use crate::text::Language;
use crate::ui::{Choice, FieldIds};
use crate::view::memo;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{Field, FieldKey, FieldKind};
use balcao_contract::format::Format;
use balcao_contract::visibility::visible_fields;
use leptos::prelude::*;

/// A field of an open form. Its words follow the language; its answer is the engine's.
#[derive(Clone, Copy)]
pub struct Question {
    engine: Engine,
    key: StoredValue<FieldKey>,
    field: Memo<Option<Field>>,
    language: Language,
    /// The answer when the field was entered: what the backend said about it stands until it changes.
    before: StoredValue<Option<AnswerValue>>,
}

impl Question {
    /// The question of that key.
    pub fn new(engine: Engine, key: &str) -> Self {
        let key = FieldKey::new(key);
        let field = Memo::new({
            let key = key.clone();
            move |_| engine.form.with(|form| form.field(key.as_str()).cloned())
        });
        let before = engine.answers.with_untracked(|answers| answers.get(key.as_str()).cloned());
        Self { engine, key: StoredValue::new(key), field, language: Language::here(), before: StoredValue::new(before) }
    }

    /// What kind of answer it takes.
    pub fn kind(self) -> Option<FieldKind> {
        self.field.with_untracked(|field| field.as_ref().map(|field| field.kind))
    }

    /// What its text must be.
    pub fn format(self) -> Option<Format> {
        self.field.with_untracked(|field| field.as_ref().and_then(|field| field.format))
    }

    /// The field itself; follows the language.
    pub fn field(self) -> Memo<Option<Field>> {
        self.field
    }

    /// The first and the last day that it takes; of a month field their months.
    pub fn range(self) -> Signal<(Option<String>, Option<String>)> {
        let length = if self.format() == Some(Format::Month) { "2026-11".len() } else { "2026-11-21".len() };
        let cut = move |limit: &Option<String>| Some(limit.as_ref()?.get(..length)?.to_owned());
        Signal::derive(move || {
            self.field.with(|field| {
                field.as_ref().map(|field| (cut(&field.earliest), cut(&field.latest))).unwrap_or_default()
            })
        })
    }

    /// The ids of its parts.
    pub fn ids(self) -> FieldIds {
        self.key.with_value(|key| FieldIds::new(key.as_str()))
    }

    /// Its label.
    pub fn title(self) -> Signal<String> {
        Signal::derive(move || self.field.with(|field| field.as_ref().map(|f| f.title.clone()).unwrap_or_default()))
    }

    /// Its hint; empty for none.
    pub fn hint(self) -> Signal<String> {
        Signal::derive(move || {
            self.field.with(|field| field.as_ref().map(|f| f.description.clone()).unwrap_or_default())
        })
    }

    /// The longest text it takes, in characters.
    pub fn max_length(self) -> Signal<Option<u32>> {
        Signal::derive(move || {
            self.field.with(|field| field.as_ref().map(|f| f.max_length.unwrap_or(f.kind.default_max_length())))
        })
    }

    /// It may stay empty.
    pub fn optional(self) -> Signal<bool> {
        let engine = self.engine;
        let optional = memo(move || {
            engine.form.with(|form| {
                engine.answers.with(|answers| {
                    let shown = visible_fields(form, answers);
                    self.key.with_value(|key| !shown.iter().any(|shown| shown.required && shown.field.key == *key))
                })
            })
        });
        optional.into()
    }

    /// What is wrong with it, in words.
    pub fn error(self) -> Signal<Option<String>> {
        let said = memo(move || {
            self.engine.problems.with(|problems| {
                let problem = self.key.with_value(|key| problems.of(key.as_str()).cloned())?;
                let rest = self.engine.rest()?;
                self.field.with(|field| field.as_ref().map(|field| (rest.sentence)(self.language, field, &problem)))
            })
        });
        said.into()
    }

    /// It is marked as wrong.
    pub fn invalid(self) -> Signal<bool> {
        let error = self.error();
        Signal::derive(move || error.with(Option::is_some))
    }

    /// Its options; of a country or a currency all there are.
    pub fn choices(self) -> Signal<Vec<Choice>> {
        let choices = memo(move || {
            self.field.with(|field| {
                if let Some(format) = field.as_ref().and_then(|field| field.format) {
                    let choice = |(value, label)| Choice { value, label };
                    return self.language.names(format).into_iter().map(choice).collect();
                }
                let mut options: Vec<_> = field.iter().flat_map(|field| &field.options).collect();
                options.sort_by_key(|option| option.position);
                let choice = |option: &balcao_contract::form::FieldOption| Choice {
                    value: option.value.clone(),
                    label: option.name.clone(),
                };
                options.into_iter().map(choice).collect::<Vec<_>>()
            })
        });
        choices.into()
    }

    /// Its answer as text.
    pub fn text(self) -> Signal<String> {
        self.answer(|answer| match answer {
            Some(AnswerValue::Text(text)) => text.clone(),
            Some(AnswerValue::Number(number)) => number.to_string(),
            _ => String::new(),
        })
    }

    /// Its answer as a list of options.
    pub fn many(self) -> Signal<Vec<String>> {
        self.answer(|answer| match answer {
            Some(AnswerValue::Many(keys)) => keys.clone(),
            _ => Vec::new(),
        })
    }

    /// Its answer as a tick.
    pub fn ticked(self) -> Signal<bool> {
        self.answer(|answer| answer == Some(&AnswerValue::Flag(true)))
    }

    fn answer<T: Clone + PartialEq + Send + Sync + 'static>(self, read: fn(Option<&AnswerValue>) -> T) -> Signal<T> {
        let answer = memo(move || {
            self.engine.answers.with(|answers| self.key.with_value(|key| read(answers.get(key.as_str()))))
        });
        answer.into()
    }

    /// Takes an answer that is being typed.
    pub fn type_in(self, text: String) {
        self.take(AnswerValue::Text(text));
    }

    /// Takes an answer that was chosen: it is whole, so that a problem that is shown is looked at again.
    pub fn choose(self, value: AnswerValue) {
        self.take(value);
        self.leave();
    }

    fn take(self, value: AnswerValue) {
        self.key.with_value(|key| self.engine.answer(key, value));
    }

    /// The field was left.
    pub fn leave(self) {
        let now =
            self.key.with_value(|key| self.engine.answers.with_untracked(|answers| answers.get(key.as_str()).cloned()));
        let changed = self.before.with_value(|before| *before != now);
        self.before.set_value(now);
        self.key.with_value(|key| self.engine.left(key, changed));
    }
}
