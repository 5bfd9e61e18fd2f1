//! The thread of a request, a few comments at a time, and a document that is made of it as it is read.

use crate::http::ApiError;
use balcao_contract::id::{CommentId, RequestId};
use balcao_runtime::work::{Who, Work};
use balcao_store::comments::{self, CommentRow, Comments};
use balcao_store::files::{self, StoredFile};
use balcao_store::{Store, StoreError};
use bytes::Bytes;
use futures::{Stream, stream};
use std::io;

/// So many comments are held at once.
pub(super) const AT_ONCE: u32 = 16;

/// A comment with its files.
pub(super) type CommentWithFiles = (CommentRow, Vec<StoredFile>);

/// Whose documents are made, and under which budget.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    pub work: Work,
    pub who: Who,
}

/// The public comments of a request up to one that was the last as reading began: what is written meanwhile is of no
/// concern to documents that have to agree with each other.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    store: Store,
    maker: Maker,
    request: RequestId,
    last: Option<CommentId>,
    after: Option<(i64, i64)>,
}

impl Thread {
    pub fn new(store: Store, maker: Maker, request: RequestId, last: Option<CommentId>) -> Self {
        Self { store, maker, request, last, after: None }
    }

    /// The next ones, at most [`AT_ONCE`]; none at the end.
    pub async fn next(&mut self) -> Result<Vec<CommentWithFiles>, StoreError> {
        let Some(last) = self.last else { return Ok(Vec::new()) };
        let Self { request, after, .. } = *self;
        let wanted = Comments { request, since: None, descending: false, limit: AT_ONCE, offset: 0, after };
        // A connection for these alone: whoever reads slowly keeps none of the few there are.
        let mut read = self.store.read().await?;
        let mut rows = comments::list(&mut read, &wanted).await?;
        let ids: Vec<CommentId> = rows.iter().map(|row| row.id).collect();
        let mut files = files::attachments_of_comments(&mut read, &ids).await?;
        drop(read);
        self.after = rows.last().map(|row| row.position());
        rows.retain(|row| row.id <= last);
        if rows.len() < ids.len() || rows.is_empty() {
            self.last = None;
        }
        let with_files = |row: CommentRow| {
            let files = files.remove(&row.id).unwrap_or_default();
            (row, files)
        };
        Ok(rows.into_iter().map(with_files).collect())
    }
}

/// A document that is made in the order of the thread.
pub(super) trait Document: Send + 'static {
    /// What stands before the first comment.
    fn begin(&mut self) -> Result<Vec<u8>, ApiError>;
    /// A comment.
    fn comment(&mut self, said: &CommentWithFiles) -> Result<Vec<u8>, ApiError>;
    /// What stands after the last one.
    fn end(&mut self) -> Result<Vec<u8>, ApiError>;
}

#[derive(Clone, Copy)]
enum Next {
    Begin,
    Comments,
    Nothing,
}

/// The document, a piece for each few comments. What cannot be read breaks it off: half of it is never taken for a whole.
pub(super) fn pieces<D: Document>(document: D, thread: Thread) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold((Next::Begin, document, thread), |(next, mut document, mut thread)| async move {
        let (piece, next) = match next {
            Next::Nothing => return Ok(None),
            Next::Begin => (document.begin().map_err(io::Error::other)?, Next::Comments),
            Next::Comments => {
                let said = thread.next().await.map_err(io::Error::other)?;
                if said.is_empty() {
                    (document.end().map_err(io::Error::other)?, Next::Nothing)
                } else {
                    let Maker { work, who } = thread.maker.clone();
                    let written = said.iter().map(|(row, _)| row.body.len()).sum();
                    let make = move || {
                        let mut piece = Vec::new();
                        for one in &said {
                            piece.extend(document.comment(one)?);
                        }
                        Ok::<_, ApiError>((piece, document))
                    };
                    let made = work.run(who, written, make).await.map_err(io::Error::other)?;
                    let piece;
                    (piece, document) = made.map_err(io::Error::other)?;
                    (piece, Next::Comments)
                }
            }
        };
        Ok(Some((Bytes::from(piece), (next, document, thread))))
    })
}
