//! Fetches a document: in time, up to a size, only if it changed, and from nowhere inside.

use balcao_outbound::{Outbound, TargetFault};
use reqwest::header::{ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION};
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use url::Url;

/// The longest document, in bytes.
pub(crate) const LONGEST: usize = 2 * 1024 * 1024;
/// So often a document may say that it is elsewhere.
const MOST_REDIRECTS: usize = 3;

/// Why a document did not come. Never with its address, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It may not be asked for.
    #[error("its address is {0}")]
    Target(#[from] TargetFault),
    /// Nobody answered, or not in time.
    #[error("it does not answer: {0}")]
    Unavailable(#[from] reqwest::Error),
    /// It is not what is served there.
    #[error("it answers {0}")]
    Refused(u16),
    /// It is too long.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// It is always elsewhere.
    #[error("it leads elsewhere more than {MOST_REDIRECTS} times, or nowhere")]
    Redirects,
}

/// What tells whether a document changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

pub(crate) enum Fetched {
    /// The same as last time.
    Unchanged,
    /// Something new, or something that cannot say whether it is.
    Document(Vec<u8>, Validators),
}

/// Fetches `address`, unless it is as it was when it had these validators.
pub(crate) async fn fetch(outbound: &Outbound, address: &Url, known: &Validators) -> Result<Fetched, FetchError> {
    let mut address = address.clone();
    for _ in 0..=MOST_REDIRECTS {
        let (client, url) = outbound.client_for(address.as_str())?;
        let mut request = client.get(url);
        let conditions = [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)];
        for (name, value) in conditions {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.map_err(reqwest::Error::without_url)?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
            status if status.is_redirection() => {
                let place = header(&answer, LOCATION).ok_or(FetchError::Redirects)?;
                address = address.join(&place).map_err(|_| FetchError::Redirects)?;
            }
            status if status.is_success() => {
                let validators =
                    Validators { etag: header(&answer, ETAG), last_modified: header(&answer, LAST_MODIFIED) };
                return Ok(Fetched::Document(body(answer).await?, validators));
            }
            status => return Err(FetchError::Refused(status.as_u16())),
        }
    }
    Err(FetchError::Redirects)
}

fn header(answer: &Response, name: HeaderName) -> Option<String> {
    answer.headers().get(name)?.to_str().ok().map(str::to_owned)
}

async fn body(mut answer: Response) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        if bytes.len() + part.len() > LONGEST {
            return Err(FetchError::TooLong);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}
