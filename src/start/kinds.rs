//! The three kinds of requests. One that somebody may not open says what is missing and who can grant it.

use crate::host::Host;
use crate::location::address;
use crate::session::{CheckAgain, Lacking, Session};
use crate::text::{Language, Text};
use crate::ui::PageTitle;
use crate::view::{memo, view};
use balcao_contract::panel::Capability;
use leptos::prelude::*;

struct Kind {
    capability: Capability,
    form: &'static str,
    title: Text,
    text: Text,
}

const KINDS: [Kind; 3] = [
    Kind {
        capability: Capability::OpenTechnicalRequests,
        form: "/new/technical",
        title: Text::StartTechnical,
        text: Text::StartTechnicalText,
    },
    Kind {
        capability: Capability::OpenFinancialRequests,
        form: "/new/financial",
        title: Text::StartFinancial,
        text: Text::StartFinancialText,
    },
    Kind {
        capability: Capability::OpenCommercialRequests,
        form: "/new/commercial",
        title: Text::StartCommercial,
        text: Text::StartCommercialText,
    },
];

/// What is it about?
pub fn kinds() -> AnyView {
    let (session, language) = (Session::here(), Language::here());
    let lacks_some = memo(move || KINDS.iter().any(|kind| !session.may(kind.capability)));
    let cards = KINDS.iter().map(|kind| card(session, kind)).collect::<Vec<_>>();
    view! {
        <PageTitle title=language.signal(Text::StartKindTitle) />
        {facts(session)}
        <ul class="start-kinds" role="list">
            {cards}
        </ul>
        {move || lacks_some.get().then(|| view! { <CheckAgain /> })}
    }
    .into_any()
}

/// Who is asking, as it stands: said, not asked again.
fn facts(session: Session) -> AnyView {
    let language = Language::here();
    let person = move || session.who().map(|who| who.user.name);
    let store = move || session.who().map(|who| who.account.name);
    let change = Host::here().support_site().is_some().then(|| {
        view! {
            <a href=address("/new")>{language.t(Text::StartChange)}</a>
        }
    });
    view! {
        <div class="start-facts">
            <dl>
                <div>
                    <dt>{language.t(Text::StartName)}</dt>
                    <dd dir="auto">{person}</dd>
                </div>
                <div>
                    <dt>{language.t(Text::StartAccount)}</dt>
                    <dd>{store}</dd>
                </div>
            </dl>
            {change}
        </div>
    }
    .into_any()
}

fn card(session: Session, kind: &'static Kind) -> AnyView {
    let language = Language::here();
    let may = memo(move || session.may(kind.capability));
    let head = move || match may.get() {
        true => view! {
            <h2>
                <a href=address(kind.form)>{language.t(kind.title)}</a>
            </h2>
            <p>{language.t(kind.text)}</p>
        }
        .into_any(),
        false => view! {
            <h2>{language.t(kind.title)} " " <span class="tag tag-closed">{language.t(Text::StartNotYet)}</span></h2>
            <p>{language.t(kind.text)}</p>
            <div class="start-lacking">
                <Lacking capability=kind.capability />
            </div>
        }
        .into_any(),
    };
    let copilot = (kind.capability == Capability::OpenTechnicalRequests).then(|| {
        view! {
            <p class="start-copilot">
                <a href=address("/copilot")>{language.t(Text::StartCopilot)}</a>
                ". "
                {language.t(Text::StartCopilotText)}
            </p>
        }
    });
    view! {
        <li class="start-kind" class:is-closed=move || !may.get()>
            {head}
            {copilot}
        </li>
    }
    .into_any()
}
