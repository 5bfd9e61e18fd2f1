//! The files of one comment: what is known of them, and what is wanted. What is done with them is in `work`.

use super::machine::{Code, Machine, Order, fetched};
use super::queue::{Outstanding, Queue, Rejected};
use crate::api::{Brake, Client};
use crate::draft::{DraftFile, DraftId, Owner, Store};
use crate::text::Language;
use crate::view::effect;
use balcao_contract::file::FileLimits;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, File, FileList};

/// Where the bytes are kept on this device: beside a draft.
#[derive(Clone)]
pub struct Shelf {
    /// The device's storage.
    pub store: Store,
    /// Whose draft.
    pub owner: Owner,
    /// Which draft.
    pub draft: DraftId,
}

pub(super) struct Inner {
    pub(super) client: Client,
    pub(super) limits: FileLimits,
    pub(super) shelf: Option<Shelf>,
    pub(super) bytes: Vec<(String, Blob)>,
    /// Files as they were chosen that do not go so: neither stored nor sent.
    pub(super) originals: Vec<(String, Blob)>,
    pub(super) brakes: Vec<(String, Brake)>,
    /// What is wanted, until the code is here that does it.
    orders: Vec<Order>,
}

/// The files of one comment. Lives as long as the view that made it; transfers end with it, and the draft keeps what
/// is needed to begin them again.
#[derive(Clone, Copy)]
pub struct Uploads {
    pub(super) queue: RwSignal<Queue>,
    pub(super) rejected: RwSignal<Vec<Rejected>>,
    pub(super) unkept: RwSignal<bool>,
    /// Files of the draft whose bytes are not read yet.
    pub(super) restoring: RwSignal<Vec<DraftFile>>,
    /// How many files were given and not looked at yet.
    pub(super) coming: RwSignal<usize>,
    code: RwSignal<Code>,
    pub(super) inner: StoredValue<Inner, LocalStorage>,
}

impl Uploads {
    /// No files yet. `shelf` is where bytes survive a reload; `None` where the device keeps nothing.
    #[must_use]
    pub fn new(client: Client, limits: FileLimits, shelf: Option<Shelf>) -> Self {
        let (bytes, originals, brakes, orders) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let inner = Inner { client, limits, shelf, bytes, originals, brakes, orders };
        let uploads = Self {
            queue: RwSignal::new(Queue::default()),
            rejected: RwSignal::new(Vec::new()),
            unkept: RwSignal::new(false),
            restoring: RwSignal::new(Vec::new()),
            coming: RwSignal::new(0),
            code: RwSignal::new(Code::Away),
            inner: StoredValue::new_local(inner),
        };
        let online = window_event_listener(leptos::ev::online, move |_| {
            uploads.order_if_here(Order::RetryOffline);
            if untrack(|| uploads.is_missed()) {
                uploads.fetch();
            }
        });
        on_cleanup(move || {
            online.remove();
            uploads.inner.try_update_value(|inner| inner.brakes.drain(..).for_each(|(_, brake)| brake.pull()));
        });
        // What stopped because the session ended goes on with the next one.
        effect(move || {
            if client.renewals() > 1 {
                untrack(|| uploads.order_if_here(Order::RetryOffline));
            }
        });
        uploads
    }

    /// Fetches the code that does what is wanted, and then does it.
    pub fn fetch(self) {
        if matches!(self.code.try_get_untracked(), Some(Code::Away | Code::Failed)) {
            self.code.set(Code::Coming);
            spawn_local(async move {
                match fetched().await {
                    Ok(machine) => self.begin(machine),
                    // The field may have brought it meanwhile.
                    Err(_) if matches!(self.code.try_get_untracked(), Some(Code::Coming)) => {
                        self.code.try_set(Code::Failed);
                    }
                    Err(_) => {}
                }
            });
        }
    }

    #[cfg(all(test, target_arch = "wasm32"))]
    pub(super) fn set_code(self, code: Code) {
        self.code.set(code);
    }

    /// The code is here: what was wanted before is done.
    pub(super) fn begin(self, machine: Machine) {
        if matches!(self.code.try_get_untracked(), None | Some(Code::Here(_))) {
            return;
        }
        self.code.set(Code::Here(machine));
        let orders = self.inner.try_update_value(|inner| std::mem::take(&mut inner.orders));
        orders.unwrap_or_default().into_iter().for_each(|order| (machine.obey)(self, order));
    }

    /// The code, where it is here; follows it.
    pub(super) fn machine(self) -> Option<Machine> {
        match self.code.get() {
            Code::Here(machine) => Some(machine),
            _ => None,
        }
    }

    /// Something is wanted that cannot be done, because its code could not be fetched; follows it.
    pub(super) fn is_missed(self) -> bool {
        matches!(self.code.get(), Code::Failed) && self.inner.with_value(|inner| !inner.orders.is_empty())
    }

    fn order(self, order: Order) {
        match untrack(|| self.machine()) {
            Some(machine) => (machine.obey)(self, order),
            None => {
                self.inner.update_value(|inner| inner.orders.push(order));
                self.fetch();
            }
        }
    }

    /// Without the code there are no files yet that this could be about.
    fn order_if_here(self, order: Order) {
        if let Some(machine) = untrack(|| self.machine()) {
            (machine.obey)(self, order);
        }
    }

    /// Goes on with the files of a draft, as soon as their bytes are read.
    pub fn restore(self, files: Vec<DraftFile>) {
        if !files.is_empty() {
            self.restoring.update(|restoring| restoring.extend(files.iter().cloned()));
            self.order(Order::Restore(files));
        }
    }

    /// Nothing is being read back any more: what is here is all there is.
    #[must_use]
    pub fn is_restored(self) -> bool {
        self.restoring.try_with_untracked(Vec::is_empty).unwrap_or(false)
    }

    /// Every file and where it is; follows it.
    #[must_use]
    pub fn queue(self) -> RwSignal<Queue> {
        self.queue
    }

    /// What was offered last and not taken; follows it.
    #[must_use]
    pub fn rejected(self) -> RwSignal<Vec<Rejected>> {
        self.rejected
    }

    /// The same in words; follows it.
    pub(super) fn refusals(self) -> Vec<String> {
        let Some(machine) = self.machine() else { return Vec::new() };
        let (language, limits) = (Language::here(), self.limits());
        self.rejected
            .with(|rejected| rejected.iter().map(|refused| (machine.refusal)(language, &limits, refused)).collect())
    }

    /// The device could not keep the bytes of a file; follows it.
    #[must_use]
    pub fn unkept(self) -> bool {
        self.unkept.get()
    }

    /// What may be attached.
    #[must_use]
    pub fn limits(self) -> FileLimits {
        self.inner.try_with_value(|inner| inner.limits.clone()).unwrap_or_default()
    }

    /// What is not at the backend yet; follows it.
    #[must_use]
    pub fn outstanding(self) -> Option<Outstanding> {
        let coming = self.restoring.with(Vec::len) + self.coming.get();
        let outstanding = self.queue.with(Queue::outstanding);
        if coming == 0 {
            return outstanding;
        }
        // How many bytes these are is not known yet.
        Some(Outstanding { files: outstanding.map_or(0, |outstanding| outstanding.files) + coming, percent: 0 })
    }

    /// How many files failed; follows it.
    #[must_use]
    pub fn failed(self) -> usize {
        self.queue.with(Queue::failed)
    }

    /// How many files there are; follows it.
    #[must_use]
    pub fn count(self) -> usize {
        self.restoring.with(Vec::len) + self.queue.with(|queue| queue.entries().len())
    }

    /// The tokens of what arrived.
    #[must_use]
    pub fn tokens(self) -> Vec<String> {
        self.queue.with_untracked(Queue::tokens)
    }

    /// The files as a draft keeps them; follows them.
    #[must_use]
    pub fn files(self) -> Vec<DraftFile> {
        self.queue.with(Queue::files)
    }

    /// Takes what was chosen, dropped or pasted; what is not taken is said in [`Uploads::rejected`].
    pub fn add_list(self, files: &FileList) {
        let files = (0..files.length()).filter_map(|index| files.get(index)).map(|file| (file.name(), file));
        self.add(files.collect());
    }

    fn add(self, files: Vec<(String, File)>) {
        self.coming.update(|coming| *coming += files.len());
        self.order(Order::Add(files));
    }

    /// Takes what was pasted.
    pub(super) fn add_pasted(self, files: Vec<File>) {
        self.coming.update(|coming| *coming += files.len());
        self.order(Order::AddPasted(files));
    }

    /// Sends everything again that failed and can be sent.
    pub fn retry_all(self) {
        self.order_if_here(Order::RetryAll);
    }

    /// Takes out everything that failed.
    pub fn remove_failed(self) {
        self.order_if_here(Order::RemoveFailed);
    }

    /// Sends again what has expired, before a token is used.
    pub fn refresh(self) {
        self.order_if_here(Order::Refresh);
    }

    /// Sends everything again: the backend knows none of the tokens any more.
    pub fn send_again(self) {
        self.order_if_here(Order::SendAgain);
    }

    /// Lets go of a file that another tab has taken out: device and backend know already.
    pub fn let_go(self, id: &str) {
        self.restoring.update(|restoring| restoring.retain(|file| file.id != id));
        self.order_if_here(Order::LetGo(id.to_owned()));
    }

    /// Forgets everything, after it was sent or discarded.
    pub fn clear(self) {
        self.inner.update_value(|inner| {
            inner.brakes.drain(..).for_each(|(_, brake)| brake.pull());
            inner.bytes.clear();
            inner.originals.clear();
            inner.orders.clear();
        });
        self.restoring.set(Vec::new());
        self.coming.set(0);
        self.rejected.set(Vec::new());
        self.queue.set(Queue::default());
    }
}
