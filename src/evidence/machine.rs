//! What is done with files, in a piece of code of its own: neither a form's first fields nor a request wait for it. What is
//! wanted before it is here is kept, and done in its order as soon as it is.

use super::field::{announce, refusal};
use super::queue::Rejected;
use super::uploads::Uploads;
use crate::draft::DraftFile;
use crate::later::NotLoaded;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind};
use crate::view::{memo, view};
use balcao_contract::file::FileLimits;
use leptos::prelude::*;
use web_sys::File;

/// What is wanted of the files of a comment.
pub enum Order {
    /// To go on with those of a draft.
    Restore(Vec<DraftFile>),
    /// To take these, under the names given.
    Add(Vec<(String, File)>),
    /// To take these, which were pasted: pictures get a name.
    AddPasted(Vec<File>),
    /// To send everything again that failed for want of a connection.
    RetryOffline,
    /// To send everything again that failed and can be sent.
    RetryAll,
    /// To send again what has expired.
    Refresh,
    /// To send everything again: the backend knows none of it any more.
    SendAgain,
    /// To take out what failed.
    RemoveFailed,
    /// To let go of a file that another tab has taken out.
    LetGo(String),
}

/// The code, by what others call of it.
#[derive(Clone, Copy)]
pub struct Machine {
    /// Does what is wanted.
    pub obey: fn(Uploads, Order),
    /// Says what changes.
    pub announce: fn(Uploads, RwSignal<String>),
    /// Why a file was not taken.
    pub refusal: fn(Language, &FileLimits, &Rejected) -> String,
}

/// The code, for those who have it.
pub const MACHINE: Machine = Machine { obey: Uploads::obey, announce, refusal };

/// Where the code is.
#[derive(Clone, Copy)]
pub enum Code {
    /// Nobody has asked for it.
    Away,
    /// On its way.
    Coming,
    /// Here.
    Here(Machine),
    /// It could not be fetched.
    Failed,
}

/// Fetches it.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(files, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn fetched() -> Result<Machine, NotLoaded> {
    Ok(MACHINE)
}

/// Fetches it.
#[cfg(not(feature = "split"))]
pub async fn fetched() -> Result<Machine, NotLoaded> {
    Ok(MACHINE)
}

/// There are files, and the code that sends them could not be fetched: says so, and tries again.
#[component]
pub fn NotHere(uploads: Uploads) -> impl IntoView {
    let language = Language::here();
    let is_missed = memo(move || uploads.is_missed());
    let said = move || {
        is_missed.get().then(|| {
            view! {
                <Banner kind=BannerKind::Error>
                    <p>{language.t(Text::FrameNotLoaded)}</p>
                    <Button
                        label=language.signal(Text::CommonRetry)
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(move |()| uploads.fetch())
                    />
                </Banner>
            }
        })
    };
    view! { <div role="alert">{said}</div> }.into_any()
}
