//! A question's vector in time or not at all: a few threads make them, a few questions wait for these, and nobody waits long.
//! Who gets none is answered by words alone.

use super::{Encoder, is_sound};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For each thread so many questions may wait: more would not be served in time.
const IN_LINE: usize = 8;

struct Job {
    text: String,
    until: Instant,
    answer: SyncSender<Vec<f32>>,
}

#[derive(Debug)]
pub(crate) struct Asking {
    jobs: SyncSender<Job>,
    patience: Duration,
    dimensions: usize,
}

impl Asking {
    /// The threads end with what is returned.
    pub(crate) fn new(encoder: &Arc<dyn Encoder>, threads: usize, patience: Duration) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let (jobs, line) = mpsc::sync_channel::<Job>(threads * IN_LINE);
        let line = Arc::new(Mutex::new(line));
        for _ in 0..threads {
            let (encoder, line) = (encoder.clone(), line.clone());
            std::thread::Builder::new().name("questions".to_owned()).spawn(move || serve(&*encoder, &line))?;
        }
        Ok(Self { jobs, patience, dimensions: encoder.dimensions() })
    }

    /// The question's vector; `None` where too many ask or it would take too long.
    pub(crate) fn vector(&self, text: &str) -> Option<Vec<f32>> {
        let (answer, vector) = mpsc::sync_channel(1);
        let job = Job { text: text.to_owned(), until: Instant::now() + self.patience, answer };
        self.jobs.try_send(job).ok()?;
        vector.recv_timeout(self.patience).ok().filter(|vector| is_sound(vector, self.dimensions))
    }
}

fn serve(encoder: &dyn Encoder, line: &Mutex<Receiver<Job>>) {
    loop {
        // One thread waits in line, the others for it.
        let job = line.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if Instant::now() < job.until {
            // Nobody may wait for it any more.
            let _ = job.answer.try_send(encoder.question(&job.text));
        }
    }
}
