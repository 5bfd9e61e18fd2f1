//! The one-time code: proves that answers will reach the user, before a person takes over.

use super::handover::back;
use super::talk::{OnItsWay, Talk};
use crate::api::{ApiError, Client, minutes};
use crate::text::{Language, Text};
use crate::ui::focus_id;
use crate::view::{memo, view};
use balcao_contract::panel::normalise_code;
use balcao_contract::wire::error_name;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;

const INPUT: &str = "one-time-code";
/// Seconds between two messages. Who has to wait for longer has had all the messages of an hour.
const BETWEEN: u32 = 30;

/// What is known of the code.
#[derive(Clone, Copy)]
struct Code {
    talk: Talk,
    client: Client,
    /// Seconds until it can be asked for again.
    wait: RwSignal<u32>,
    typed: RwSignal<String>,
    /// What is wrong with what was typed.
    fault: RwSignal<Option<ApiError>>,
    malformed: RwSignal<bool>,
    /// Why nothing was sent.
    unsent: RwSignal<Option<ApiError>>,
    resent: RwSignal<bool>,
    sending: RwSignal<bool>,
    checking: RwSignal<bool>,
}

impl Code {
    /// Waits for the code that went out before, or has one sent.
    fn begin(self) {
        let now = js_sys::Date::now();
        match self.talk.code.get_untracked().and_then(|code| code.sent) {
            Some(sent) if sent.expires_at.unix_milliseconds() as f64 > now => {
                self.wait.set(seconds_until(sent.resend_at.unix_milliseconds(), now));
                request_animation_frame(|| focus_id(INPUT));
            }
            _ => self.send(false),
        }
    }

    fn send(self, again: bool) {
        let Some(id) = self.talk.id() else { return };
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        self.unsent.set(None);
        self.resent.set(false);
        spawn_local(async move {
            let outcome = self.client.send_code(&id).await;
            let now = js_sys::Date::now();
            match outcome {
                Ok(sent) => {
                    self.wait.try_set(seconds_until(sent.resend_at.unix_milliseconds(), now));
                    self.resent.try_set(again);
                    self.is_on_its_way(OnItsWay { sent: Some(sent), at: now });
                }
                // A code was sent a moment ago, by this page before a reload: it is as good.
                Err(ApiError::TooManyRequests { retry_after: Some(seconds) }) if seconds <= BETWEEN && !again => {
                    self.wait.try_set(seconds);
                    self.is_on_its_way(OnItsWay { sent: None, at: now });
                }
                Err(error) => {
                    self.wait.try_set(error.retry_after().unwrap_or_default());
                    self.unsent.try_set(Some(error));
                }
            }
            self.sending.try_set(false);
        });
    }

    fn is_on_its_way(self, code: OnItsWay) {
        if self.talk.code.try_set(Some(code)).is_none() {
            // The input is drawn by then, and whoever reads the screen hears what it is for.
            request_animation_frame(|| focus_id(INPUT));
        }
    }

    fn take(self, typed: String) {
        let is_whole = normalise_code(&typed).is_some();
        self.typed.set(typed);
        if is_whole {
            self.check();
        }
    }

    fn check(self) {
        let Some(code) = normalise_code(&self.typed.get_untracked()) else {
            self.fault.set(None);
            self.malformed.set(true);
            focus_id(INPUT);
            return;
        };
        let Some(id) = self.talk.id() else { return };
        if self.checking.get_untracked() {
            return;
        }
        self.checking.set(true);
        self.malformed.set(false);
        spawn_local(async move {
            match self.client.check_code(&id, &code).await {
                Ok(()) => {
                    self.talk.code.try_set(None);
                    self.talk.code_required.try_set(false);
                }
                Err(error) => {
                    // An expired code cannot become right: another may be asked for at once.
                    if error.is_named(error_name::CODE_EXPIRED) {
                        self.typed.try_set(String::new());
                    }
                    let may_pass = error.may_pass();
                    self.fault.try_set(Some(error));
                    focus_id(INPUT);
                    if !may_pass {
                        select_all();
                    }
                }
            }
            self.checking.try_set(false);
        });
    }

    /// All messages of an hour went out: the form opens without a code.
    fn is_exhausted(self) -> bool {
        self.unsent.with(|unsent| {
            matches!(unsent, Some(ApiError::TooManyRequests { retry_after: Some(seconds) }) if *seconds > BETWEEN)
        })
    }
}

/// What is typed next takes the wrong code's place.
fn select_all() {
    let input =
        document().get_element_by_id(INPUT).and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(input) = input {
        input.select();
    }
}

/// Whole seconds from `now` until `then`, both Unix milliseconds; the last begun one counts.
fn seconds_until(then: i64, now: f64) -> u32 {
    ((then as f64 - now) / 1000.0).ceil().clamp(0.0, 3_600.0) as u32
}

/// What is left of so many minutes that were said to be left then, both moments in Unix milliseconds.
fn minutes_left(said: u32, then: f64, now: f64) -> u32 {
    said.saturating_sub(((now - then) / 60_000.0).max(0.0) as u32).max(1)
}

/// Asks for the code that comes by mail.
#[component]
pub fn CodeForm(talk: Talk) -> impl IntoView {
    let language = Language::here();
    let code = Code {
        talk,
        client: Client::here(),
        wait: RwSignal::new(0),
        typed: RwSignal::new(String::new()),
        fault: RwSignal::new(None),
        malformed: RwSignal::new(false),
        unsent: RwSignal::new(None),
        resent: RwSignal::new(false),
        sending: RwSignal::new(false),
        checking: RwSignal::new(false),
    };
    code.begin();
    count_down(code.wait);
    // Nobody is asked for a code that was not sent.
    let is_on_its_way = memo(move || talk.code.with(Option::is_some));
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotCodeTitle)}</h2>
            <p>{language.t(Text::CopilotCodeWhy)}</p>
            {move || is_on_its_way.get().then(|| input(code))}
            {resend(code)}
            <div class="copilot-actions">{back(talk)}</div>
        </section>
    }
    .into_any()
}

fn input(code: Code) -> AnyView {
    let language = Language::here();
    let error = memo(move || {
        if code.malformed.get() {
            return Some(language.text(Text::CopilotCodeFaulty));
        }
        code.fault.with(|fault| fault.as_ref().map(|fault| fault.sentence(language)))
    });
    let shown_at = js_sys::Date::now();
    let hint = move || {
        let known = code.talk.code.get()?;
        let Some(sent) = known.sent else { return Some(language.text(Text::CopilotCodeBefore)) };
        let minutes = minutes_left(sent.minutes, known.at, shown_at);
        let sent = language.text_with(Text::CopilotCodeSent, &[("address", &sent.sent_to)]);
        let (one, other) = (Text::CopilotCodeMinutesOne, Text::CopilotCodeMinutesOther);
        Some(format!("{sent} {}", language.plural(one, other, u64::from(minutes))))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        code.check();
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="field" class:field-invalid=move || error.with(Option::is_some)>
                <label for=INPUT>{language.t(Text::CopilotCodeLabel)}</label>
                <p class="field-hint" id="one-time-code-hint">
                    {hint} " " {language.t(Text::CopilotCodeAuto)}
                </p>
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
                    on:input=move |event| code.take(event_target_value(&event))
                />
            </div>
            <button type="submit" class="button button-primary" aria-busy=move || code.checking.get().to_string()>
                {language.t(Text::CopilotCodeCheck)}
            </button>
        </form>
    }
    .into_any()
}

/// What became of the message, and the way to another one, or on without.
fn resend(code: Code) -> AnyView {
    let language = Language::here();
    let said = move || {
        if code.sending.get() {
            return language.text(Text::CopilotCodeSending);
        }
        match code.unsent.get() {
            Some(error) if code.is_exhausted() => {
                let wait = error.retry_after().unwrap_or_default().div_ceil(60);
                language.plural(Text::CopilotCodeLimitOne, Text::CopilotCodeLimitOther, u64::from(wait))
            }
            Some(error) => error.sentence(language),
            None if code.resent.get() => language.text(Text::CopilotCodeResent),
            None => String::new(),
        }
    };
    let way = move || {
        if code.is_exhausted() {
            let go_on = move |_| code.talk.code_required.set(false);
            return view! {
                <button type="button" class="button button-primary" on:click=go_on>
                    {language.t(Text::CopilotCreateTicket)}
                </button>
            }
            .into_any();
        }
        let wait = code.wait.get();
        if wait == 0 {
            return view! {
                <button type="button" class="button button-quiet" on:click=move |_| code.send(true)>
                    {language.t(Text::CopilotCodeResend)}
                </button>
            }
            .into_any();
        }
        let said = match minutes(wait) {
            None => language.plural(Text::CopilotCodeResendInOne, Text::CopilotCodeResendInOther, u64::from(wait)),
            Some(minutes) => {
                let (one, other) = (Text::CopilotCodeResendMinutesOne, Text::CopilotCodeResendMinutesOther);
                language.plural(one, other, u64::from(minutes))
            }
        };
        view! { <p class="field-hint">{said}</p> }.into_any()
    };
    view! {
        <div class="copilot-resend">
            <p role="status">{said}</p>
            {way}
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
    use super::{minutes_left, seconds_until};

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

    #[test]
    fn a_code_that_was_sent_before_is_said_to_live_for_what_is_left() {
        for (said, after, left) in [(10, 0.0, 10), (10, 59_999.0, 10), (10, 60_000.0, 9), (10, 9e9, 1), (10, -5.0, 10)]
        {
            assert_eq!(minutes_left(said, 1_000.0, 1_000.0 + after), left, "{after}");
        }
    }
}
