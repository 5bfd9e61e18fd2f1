//! *Send*, and what keeps it from being done.

use super::engine::Engine;
use super::sending::Sending;
use crate::api::ApiError;
use crate::location::address;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind};
use crate::view::{memo, view};
use balcao_contract::wire::error_name;
use leptos::prelude::*;

/// The last button, and above it how far sending is.
#[component]
pub fn SendPanel(engine: Engine) -> impl IntoView {
    let language = Language::here();
    let busy = memo(move || engine.sending.with(Sending::is_busy));
    let label = Signal::derive(move || {
        engine.sending.with(|sending| match sending {
            Sending::OnItsWay => language.text(Text::FormSending),
            Sending::Failed { .. } => language.text(Text::CommonRetry),
            _ => engine.form.with(|form| form.submit_label.clone()),
        })
    });
    // The button stays the same element through all of it: it has the focus.
    view! {
        <div class="form-send">
            <div role="status">{move || awaiting(engine, language)}</div>
            <div role="alert">{move || stopped(engine, language)}</div>
            <Button
                label
                kind=ButtonKind::Primary
                busy=Signal::from(busy)
                on_click=Callback::new(move |()| engine.send())
            />
        </div>
    }
    .into_any()
}

/// "Waiting for 2 files (64 %)."
fn awaiting(engine: Engine, language: Language) -> Option<AnyView> {
    let waits = engine.sending.with(|sending| *sending == Sending::AwaitingFiles);
    let outstanding = engine.uploads.outstanding().filter(|_| waits)?;
    let said = language
        .plural(Text::FormWaitingOne, Text::FormWaitingOther, outstanding.files as u64)
        .replace("{percent}", &outstanding.percent.to_string());
    let cancel = Callback::new(move |()| engine.do_not_send_yet());
    Some(
        view! {
            <Banner kind=BannerKind::Info>
                <p>{said}</p>
                <Button label=Signal::derive(language.t(Text::FormNotYet)) kind=ButtonKind::Quiet on_click=cancel />
            </Banner>
        }
        .into_any(),
    )
}

fn stopped(engine: Engine, language: Language) -> Option<AnyView> {
    match engine.sending.get() {
        Sending::FilesFailed => {
            let failed = engine.uploads.failed() as u64;
            let said = language.plural(Text::FormFilesFailedOne, Text::FormFilesFailedOther, failed);
            let again = Callback::new(move |()| engine.retry_files_and_send());
            let without = Callback::new(move |()| engine.send_without_failed());
            Some(
                view! {
                    <Banner kind=BannerKind::Warning>
                        <p>{said}</p>
                        <div class="actions">
                            <Button label=Signal::derive(language.t(Text::FormRetryFiles)) on_click=again />
                            <Button label=Signal::derive(language.t(Text::FormSendWithout)) on_click=without />
                        </div>
                    </Banner>
                }
                .into_any(),
            )
        }
        Sending::Failed { error, .. } => Some(failed(engine, language, error)),
        _ => None,
    }
}

fn failed(engine: Engine, language: Language, error: ApiError) -> AnyView {
    if error.is_named(error_name::IDEMPOTENT_REQUEST) {
        return view! {
            <Banner kind=BannerKind::Warning>
                <p>{language.text(Text::FormSentAlready)}</p>
                <a href=address("/requests")>{language.t(Text::FormToHistory)}</a>
            </Banner>
        }
        .into_any();
    }
    let tries_itself = engine.sending.with(|sending| sending.pause().is_some());
    let promise = tries_itself.then(|| view! { <p>{language.text(Text::FormTriesItself)}</p> });
    let why = error.sentence(language);
    view! {
        <Banner kind=BannerKind::Error>
            <p><strong>{language.text(Text::FormNotSent)}</strong> " " {why}</p>
            {promise}
        </Banner>
    }
    .into_any()
}
