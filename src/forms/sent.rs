//! The confirmation: the number, what happens next, and where to find it again.

use super::priority::Promised;
use crate::api::{Client, Load};
use crate::location::address;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::PageTitle;
use crate::view::view;
use balcao_contract::id::RequestId;
use leptos::prelude::*;

/// What is shown once a request is open. The number is in the address: a reload shows it again.
#[component]
pub fn SentPage(id: RequestId) -> impl IntoView {
    let language = Language::here();
    let session = Session::here();
    let client = Client::here();
    let request = Load::new(client, move || client.request(id));
    let title = Signal::derive(move || language.text_with(Text::FormSentTitle, &[("number", &id.to_string())]));
    let mail = move || {
        let address = session.who().map(|signed| signed.user.email)?;
        Some(view! { <p>{language.text_with(Text::FormSentMail, &[("address", &address)])}</p> })
    };
    let subject =
        move || request.ready().map(|request| view! { <p class="sent-subject" dir="auto">{request.subject}</p> });
    let promised = move || {
        let request = request.ready()?;
        let priority = request.priority?;
        Some(view! { <Promised priority from=Signal::stored(request.created_at) /> })
    };
    let failed = move || request.error().map(|error| view! { <p>{error.sentence(language)}</p> });
    view! {
        <div class="form-sent">
            <PageTitle title />
            {subject}
            {mail}
            <div role="status">{promised} {failed}</div>
            <p>{language.t(Text::FormSentNext)}</p>
            <div class="form-actions">
                <a href=address(&format!("/requests/{id}")) class="button button-primary">
                    {move || language.text_with(Text::FormToRequest, &[("number", &id.to_string())])}
                </a>
                <a href=address("/requests") class="button">{language.t(Text::FormToHistory)}</a>
            </div>
        </div>
    }
    .into_any()
}
