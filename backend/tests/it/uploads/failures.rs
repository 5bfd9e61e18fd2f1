//! What stays of a file when something breaks: nothing.

use super::{files_in, rows};
use crate::common::{ACCOUNT, TestApp};
use balcao_evidence::{Evidence, Incoming, Swept, TakeInError};
use balcao_runtime::clock::Clock as _;
use balcao_store::files::Owner;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::{StreamExt as _, stream};
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult,
};
use std::fmt;
use std::io;
use std::sync::Arc;

async fn incoming(app: &TestApp) -> Incoming {
    incoming_of(app, "ana@example.com").await
}

/// A file of that person.
pub async fn incoming_of(app: &TestApp, email: &str) -> Incoming {
    let ana = app.sign_in(email, ACCOUNT).await;
    let session = ana.get("/api/panel/session").await.json()["session"].clone();
    let id = |who: &str| session[who]["id"].as_u64().unwrap();
    Incoming {
        owner: Owner { user: id("user").try_into().unwrap(), account: id("account").try_into().unwrap() },
        file_name: Some("a.txt".to_owned()),
        announced: None,
        token: None,
        idempotency_key: None,
        waits_for_continue: false,
    }
}

#[tokio::test]
async fn one_person_sends_only_so_many_files_at_once() {
    let app = TestApp::new().await;
    let incoming = incoming(&app).await;
    let (store, clock) = (app.app.store.clone(), app.clock.clone());
    let hanging = || {
        let (evidence, store, clock, incoming) =
            (app.app.evidence.clone(), store.clone(), clock.clone(), incoming.clone());
        let (sender, receiver) = futures::channel::mpsc::channel::<Result<Bytes, io::Error>>(1);
        (sender, tokio::spawn(async move { evidence.take_in(&store, clock.as_ref(), &incoming, receiver).await }))
    };
    let mut open: Vec<_> = (0..6).map(|_| hanging()).collect();
    for (sender, _) in &mut open {
        // Taken from the channel only by an upload that has its turn.
        futures::SinkExt::send(sender, Ok(Bytes::from_static(b"x"))).await.unwrap();
        futures::SinkExt::send(sender, Ok(Bytes::from_static(b"y"))).await.unwrap();
        futures::SinkExt::send(sender, Ok(Bytes::from_static(b"z"))).await.unwrap();
    }
    let (mut sender, seventh) = hanging();
    sender.close_channel();
    assert!(matches!(seventh.await.unwrap(), Err(TakeInError::TooManyAtOnce)));
    for (mut sender, task) in open {
        sender.close_channel();
        assert!(task.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_nothing() {
    let app = TestApp::new().await;
    let incoming = incoming(&app).await;
    let body =
        stream::iter([Ok(Bytes::from(vec![b'x'; 1 << 20])), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let taken = app.app.evidence.take_in(&app.app.store, app.clock.as_ref(), &incoming, body).await;
    assert!(matches!(taken, Err(TakeInError::Interrupted)));
    assert_eq!((files_in(&app.app.config.evidence.dir), rows(&app, "SELECT COUNT(*) FROM files").await), (0, 0));
}

#[tokio::test]
async fn a_process_that_died_while_writing_leaves_nothing_for_long() {
    let app = TestApp::new().await;
    let incoming = incoming(&app).await;
    let (evidence, store, clock) = (app.app.evidence.clone(), app.app.store.clone(), app.clock.clone());
    let (mut sender, receiver) = futures::channel::mpsc::channel::<Result<Bytes, io::Error>>(0);
    let task = tokio::spawn(async move { evidence.take_in(&store, clock.as_ref(), &incoming, receiver).await });
    futures::SinkExt::send(&mut sender, Ok(Bytes::from_static(b"x"))).await.unwrap();
    futures::SinkExt::send(&mut sender, Ok(Bytes::from_static(b"x"))).await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(rows(&app, "SELECT COUNT(*) FROM files WHERE state = 'writing'").await, 1);
    app.wait(TimeDelta::hours(5));
    let swept = app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!(swept, Swept { removed: 1, left: 0 });
    assert_eq!((files_in(&app.app.config.evidence.dir), rows(&app, "SELECT COUNT(*) FROM files").await), (0, 0));
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_of_the_file_stays() {
    let app = TestApp::new().await;
    let incoming = incoming(&app).await;
    for full_at in [FullAt::Writing, FullAt::Completing] {
        let objects = Arc::new(FullDisk { inner: InMemory::new(), full_at });
        let evidence = Evidence::with_objects(objects.clone(), None, &app.app.config.evidence, app.app.work.clone());
        let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"text"))]);
        let taken = evidence.take_in(&app.app.store, app.clock.as_ref(), &incoming, body).await;
        assert!(matches!(taken, Err(TakeInError::NoRoom)), "{taken:?}");
        assert_eq!(objects.inner.list(None).count().await, 0);
        assert_eq!(rows(&app, "SELECT COUNT(*) FROM files").await, 0);
    }
}

#[tokio::test]
async fn a_full_disk_is_answered_with_507_in_the_readers_language_and_the_form_can_be_sent_without_it() {
    let objects = Arc::new(FullDisk { inner: InMemory::new(), full_at: FullAt::Writing });
    let app = TestApp::with_part(|parts| {
        parts.evidence = Evidence::with_objects(objects, None, &parts.config.evidence, parts.work.clone());
    })
    .await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await.speaking("pt-BR");
    let answer = super::upload(&ana, "a.txt", b"text").await;
    assert_eq!((answer.status.as_u16(), answer.refusal().0.as_str()), (507, "InsufficientStorage"));
    assert!(answer.text().contains("espaço"), "{}", answer.text());
    assert_eq!(super::new_request(&ana, &[]).await.status.as_u16(), 201);
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum FullAt {
    Writing,
    Completing,
}

/// Objects on a disk without room.
#[derive(Debug)]
struct FullDisk {
    inner: InMemory,
    full_at: FullAt,
}

fn no_room() -> object_store::Error {
    object_store::Error::Generic { store: "full", source: Box::new(io::Error::from(io::ErrorKind::StorageFull)) }
}

impl fmt::Display for FullDisk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a full disk")
    }
}

#[derive(Debug)]
struct FullUpload(Box<dyn MultipartUpload>, FullAt);

#[async_trait::async_trait]
impl MultipartUpload for FullUpload {
    fn put_part(&mut self, data: PutPayload) -> object_store::UploadPart {
        if self.1 == FullAt::Writing { Box::pin(async { Err(no_room()) }) } else { self.0.put_part(data) }
    }
    async fn complete(&mut self) -> object_store::Result<PutResult> {
        Err(no_room())
    }
    async fn abort(&mut self) -> object_store::Result<()> {
        self.0.abort().await
    }
}

#[async_trait::async_trait]
impl ObjectStore for FullDisk {
    async fn put_opts(
        &self,
        at: &ObjectPath,
        data: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<PutResult> {
        self.inner.put_opts(at, data, options).await
    }
    async fn put_multipart_opts(
        &self,
        at: &ObjectPath,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(FullUpload(self.inner.put_multipart_opts(at, options).await?, self.full_at)))
    }
    async fn get_opts(&self, at: &ObjectPath, options: GetOptions) -> object_store::Result<GetResult> {
        self.inner.get_opts(at, options).await
    }
    fn delete_stream(
        &self,
        objects: stream::BoxStream<'static, object_store::Result<ObjectPath>>,
    ) -> stream::BoxStream<'static, object_store::Result<ObjectPath>> {
        self.inner.delete_stream(objects)
    }
    fn list(&self, under: Option<&ObjectPath>) -> stream::BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(under)
    }
    async fn list_with_delimiter(&self, under: Option<&ObjectPath>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(under).await
    }
    async fn copy_opts(&self, from: &ObjectPath, to: &ObjectPath, options: CopyOptions) -> object_store::Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
