//! The one-time code: proves that answers will reach the user, before a person takes over.

use super::talk::Talk;
use crate::api::{ApiError, Client};
use crate::text::{Language, Text};
use crate::ui::focus_id;
use balcao_contract::panel::{CodeSent, normalise_code};
use balcao_contract::wire::error_name;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

const INPUT: &str = "one-time-code";

/// What is known of the code.
#[derive(Clone, Copy)]
struct Code {
    talk: Talk,
    client: Client,
    sent: RwSignal<Option<CodeSent>>,
    /// Seconds until it can be asked for again.
    wait: RwSignal<u32>,
    typed: RwSignal<String>,
    /// What is wrong with what was typed.
    fault: RwSignal<Option<ApiError>>,
    malformed: RwSignal<bool>,
    /// Why nothing was sent.
    unsent: RwSignal<Option<ApiError>>,
    resent: RwSignal<bool>,
    busy: RwSignal<bool>,
}

impl Code {
    fn send(self, again: bool) {
        let Some(id) = self.talk.id() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.unsent.set(None);
        self.resent.set(false);
        spawn_local(async move {
            match self.client.send_code(&id).await {
                Ok(sent) => {
                    self.wait.try_set(seconds_until(sent.resend_at.unix_milliseconds(), js_sys::Date::now()));
                    self.sent.try_set(Some(sent));
                    self.resent.try_set(again);
                }
                // A code was sent a moment ago, by this page before a reload: it is as good.
                Err(ApiError::TooManyRequests { retry_after: Some(seconds) }) if seconds <= 30 => {
                    self.wait.try_set(seconds);
                    self.unsent.try_set(again.then_some(ApiError::TooManyRequests { retry_after: Some(seconds) }));
                }
                Err(error) => {
                    if let ApiError::TooManyRequests { retry_after: Some(seconds) } = error {
                        self.wait.try_set(seconds);
                    }
                    self.unsent.try_set(Some(error));
                }
            }
            self.busy.try_set(false);
        });
    }

    fn check(self) {
        let Some(code) = normalise_code(&self.typed.get_untracked()) else {
            self.fault.set(None);
            self.malformed.set(true);
            focus_id(INPUT);
            return;
        };
        let Some(id) = self.talk.id() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.malformed.set(false);
        spawn_local(async move {
            match self.client.check_code(&id, &code).await {
                Ok(()) => self.talk.verified(),
                Err(error) => {
                    // An expired code cannot become right: another may be asked for at once.
                    if error.is_named(error_name::CODE_EXPIRED) {
                        self.typed.try_set(String::new());
                    }
                    self.fault.try_set(Some(error));
                    focus_id(INPUT);
                }
            }
            self.busy.try_set(false);
        });
    }
}

/// Whole seconds from `now` until `then`, both Unix milliseconds; the last begun one counts.
fn seconds_until(then: i64, now: f64) -> u32 {
    ((then as f64 - now) / 1000.0).ceil().clamp(0.0, 3_600.0) as u32
}

/// Asks for the code that comes by mail.
#[component]
pub fn CodeForm(talk: Talk) -> impl IntoView {
    let language = Language::here();
    let code = Code {
        talk,
        client: Client::here(),
        sent: RwSignal::new(None),
        wait: RwSignal::new(0),
        typed: RwSignal::new(String::new()),
        fault: RwSignal::new(None),
        malformed: RwSignal::new(false),
        unsent: RwSignal::new(None),
        resent: RwSignal::new(false),
        busy: RwSignal::new(false),
    };
    code.send(false);
    count_down(code.wait);
    let error = Memo::new(move |_| {
        if code.malformed.get() {
            return Some(language.text(Text::CopilotCodeFaulty));
        }
        code.fault.with(|fault| fault.as_ref().map(|fault| fault.sentence(language)))
    });
    let hint = move || {
        code.sent.with(|sent| match sent {
            Some(sent) => language.text_with(
                Text::CopilotCodeHint,
                &[("address", &sent.sent_to), ("time", &language.format_date_time(sent.expires_at))],
            ),
            None if code.busy.get() => language.text(Text::CopilotCodeSending),
            None => String::new(),
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        code.check();
    };
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotCodeTitle)}</h2>
            <p>{language.t(Text::CopilotCodeWhy)}</p>
            <form novalidate on:submit=submit>
                <div class="field" class:field-invalid=move || error.with(Option::is_some)>
                    <label for=INPUT>{language.t(Text::CopilotCodeLabel)}</label>
                    <p class="field-hint" id="one-time-code-hint">{hint}</p>
                    <p class="field-error" id="one-time-code-error" role="alert">{move || error.get()}</p>
                    // Phones offer the code from the mail; people paste it with spaces.
                    <input
                        id=INPUT
                        class="input copilot-code"
                        type="text"
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        aria-describedby="one-time-code-hint one-time-code-error"
                        aria-invalid=move || error.with(Option::is_some).to_string()
                        prop:value=move || code.typed.get()
                        on:input=move |event| code.typed.set(event_target_value(&event))
                    />
                </div>
                <div class="copilot-actions">
                    <button type="submit" class="button button-primary" aria-busy=move || code.busy.get().to_string()>
                        {language.t(Text::CopilotCodeCheck)}
                    </button>
                    <button type="button" class="button" on:click=move |_| talk.wants_person.set(false)>
                        {language.t(Text::CopilotCodeBack)}
                    </button>
                </div>
            </form>
            <Resend code />
        </section>
    }
    .into_any()
}

#[component]
fn Resend(code: Code) -> impl IntoView {
    let language = Language::here();
    let said = move || {
        if let Some(error) = code.unsent.get() {
            return error.sentence(language);
        }
        if code.resent.get() { language.text(Text::CopilotCodeResent) } else { String::new() }
    };
    view! {
        <div class="copilot-resend">
            <p role="status">{said}</p>
            {move || {
                let wait = code.wait.get();
                if wait == 0 {
                    view! {
                        <button type="button" class="button button-quiet" on:click=move |_| code.send(true)>
                            {language.t(Text::CopilotCodeResend)}
                        </button>
                    }
                        .into_any()
                } else {
                    let (one, other) = (Text::CopilotCodeResendInOne, Text::CopilotCodeResendInOther);
                    view! { <p class="field-hint">{language.plural(one, other, u64::from(wait))}</p> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Counts a number of seconds down to nothing, as long as the view lives.
fn count_down(seconds: RwSignal<u32>) {
    let tick = move || {
        seconds.try_update(|seconds| *seconds = seconds.saturating_sub(1));
    };
    let interval = set_interval_with_handle(tick, Duration::from_secs(1)).ok();
    on_cleanup(move || {
        interval.as_ref().map(IntervalHandle::clear);
    });
}

#[cfg(test)]
mod tests {
    use super::seconds_until;

    #[test]
    fn the_last_begun_second_counts() {
        for (then, now, seconds) in [
            (30_000, 0.0, 30),
            (30_000, 29_001.0, 1),
            (30_000, 30_000.0, 0),
            (30_000, 99_000.0, 0),
            (i64::MAX, 0.0, 3_600),
        ] {
            assert_eq!(seconds_until(then, now), seconds, "{then} {now}");
        }
    }
}
