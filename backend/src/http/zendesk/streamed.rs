//! Lists that are written while they are read: what is held at once does not grow with the texts on a page.

use crate::http::ApiError;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use balcao_runtime::work::Work;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io;

/// So many entries are held at once.
pub(in crate::http) const AT_ONCE: usize = 16;

/// How far an answer is written.
struct Progress<K, T, L> {
    keys: std::vec::IntoIter<K>,
    load: L,
    /// For the rest of the answer.
    work: Work,
    /// Loaded before the answer began.
    loaded: Option<Vec<T>>,
    is_first: bool,
    /// What stands after the list; nothing once it is written.
    end: Option<String>,
}

/// The answer `{"name": [entries], …rest}`. The entries are looked up by their keys, a few at a time, as whoever asked
/// reads; what is long about it is done by the `Work` that comes with them. Where that fails in the middle the connection breaks, so that no half of a list is taken for a whole one; the
/// first few are looked up before anything is written, so that what fails at once is told as an error.
pub(in crate::http) async fn list<K, T, F, L>(
    name: &str,
    keys: Vec<K>,
    rest: &Map<String, Value>,
    work: &Work,
    mut load: L,
) -> Result<Response, ApiError>
where
    K: Send + 'static,
    T: Serialize + Send + 'static,
    F: Future<Output = Result<Vec<T>, ApiError>> + Send + 'static,
    L: FnMut(Vec<K>, Work) -> F + Send + 'static,
{
    let rest = serde_json::to_string(rest).map_err(ApiError::internal)?;
    let rest = rest.trim_start_matches('{');
    let end = if rest == "}" { "]}".to_owned() } else { format!("],{rest}") };
    let begin = format!("{{\"{name}\":[");
    let mut keys = keys.into_iter();
    let loaded = next(&mut keys, &mut load, work.clone()).await?;
    let progress = Progress { keys, load, work: work.begun(), loaded, is_first: true, end: Some(end) };
    let pieces = stream::try_unfold(progress, |mut progress| async move {
        let entries = match progress.loaded.take() {
            Some(entries) => Some(entries),
            None => {
                let loading = next(&mut progress.keys, &mut progress.load, progress.work.clone());
                loading.await.map_err(io::Error::other)?
            }
        };
        let Some(entries) = entries else {
            return Ok(progress.end.take().map(|end| (Bytes::from(end), progress)));
        };
        let mut piece = Vec::new();
        for entry in entries {
            if !std::mem::take(&mut progress.is_first) {
                piece.push(b',');
            }
            serde_json::to_writer(&mut piece, &entry)?;
        }
        Ok::<_, io::Error>(Some((Bytes::from(piece), progress)))
    });
    let begin = stream::once(async move { Ok(Bytes::from(begin)) });
    let mut response = Response::new(Body::from_stream(begin.chain(pieces)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The next few entries; `None` where no keys are left.
async fn next<K, T, F, L>(
    keys: &mut std::vec::IntoIter<K>,
    load: &mut L,
    work: Work,
) -> Result<Option<Vec<T>>, ApiError>
where
    F: Future<Output = Result<Vec<T>, ApiError>>,
    L: FnMut(Vec<K>, Work) -> F,
{
    let keys: Vec<K> = keys.take(AT_ONCE).collect();
    if keys.is_empty() { Ok(None) } else { load(keys, work).await.map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    async fn written(keys: Vec<u32>, rest: Value) -> Value {
        let rest = rest.as_object().cloned().unwrap_or_default();
        let response = list("entries", keys, &rest, &Work::default(), |keys, _| async move { Ok(keys) }).await.unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[tokio::test]
    async fn what_is_written_in_pieces_is_one_answer() {
        for count in [0, 1, 16, 17, 100] {
            let keys: Vec<u32> = (0..count).collect();
            assert_eq!(written(keys.clone(), json!({})).await, json!({ "entries": keys }));
            let rest = json!({ "count": count, "next_page": null });
            assert_eq!(
                written(keys.clone(), rest).await,
                json!({ "count": count, "entries": keys, "next_page": null })
            );
        }
    }

    /// Nothing is read that nobody has taken the piece before of.
    #[tokio::test]
    async fn no_more_is_read_than_was_taken() {
        let loaded = Arc::new(AtomicUsize::new(0));
        let counted = loaded.clone();
        let load = move |keys: Vec<u32>, _| {
            counted.fetch_add(keys.len(), Ordering::Relaxed);
            async move { Ok(keys) }
        };
        let response = list("entries", (0..1_000).collect(), &Map::new(), &Work::default(), load).await.unwrap();
        let mut pieces = response.into_body().into_data_stream();
        pieces.next().await.unwrap().unwrap();
        for taken in 1..=3 {
            pieces.next().await.unwrap().unwrap();
            assert_eq!(loaded.load(Ordering::Relaxed), taken * AT_ONCE);
        }
    }

    #[tokio::test]
    async fn what_fails_in_the_middle_breaks_off() {
        let mut turn = 0;
        let load = move |keys: Vec<u32>, _| {
            turn += 1;
            let fails = turn == 2;
            async move { if fails { Err(ApiError::RecordNotFound) } else { Ok(keys) } }
        };
        let response = list("entries", (0..40).collect(), &Map::new(), &Work::default(), load).await.unwrap();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap_err();
    }

    #[tokio::test]
    async fn what_fails_at_once_is_told_before_anything_is_written() {
        let load = |_: Vec<u32>, _| async { Err::<Vec<u32>, _>(ApiError::RecordNotFound) };
        assert!(list("entries", (0..40).collect(), &Map::new(), &Work::default(), load).await.is_err());
    }
}
