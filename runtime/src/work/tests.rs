use super::*;
use std::net::Ipv4Addr;
use std::sync::mpsc;
use std::thread::{self, ThreadId};
use tokio::task::JoinHandle;

const ANA: Who = Who::Visitor(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
const BIA: Who = Who::Visitor(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)));

fn budget(at_once: usize, of_one: usize) -> Budget {
    let number = |number| NonZeroUsize::new(number).unwrap();
    Budget { at_once: number(at_once), of_one: number(of_one), in_line: 3, patience: Duration::from_secs(8) }
}

/// Work that says when it begins and goes on until it is let go.
struct Held {
    begun: Option<tokio::sync::oneshot::Receiver<()>>,
    go: mpsc::Sender<()>,
    done: JoinHandle<Result<(), WorkError>>,
}

impl Held {
    fn start(work: &Work, who: Who) -> Self {
        let ((begin, begun), (go, gone)) = (tokio::sync::oneshot::channel(), mpsc::channel());
        let work = work.clone();
        let done = tokio::spawn(async move {
            let held = move || {
                begin.send(()).unwrap();
                gone.recv().unwrap();
            };
            work.run_long(who, held).await
        });
        Self { begun: Some(begun), go, done }
    }

    async fn begins(&mut self) {
        self.begun.take().unwrap().await.unwrap();
    }

    /// Asked only where everything that could run has run.
    fn has_begun(&mut self) -> bool {
        self.begun.as_mut().is_some_and(|begun| begun.try_recv().is_ok())
    }

    async fn end(self) {
        self.go.send(()).unwrap();
        self.done.await.unwrap().unwrap();
    }
}

/// Lets every task of this thread run until it waits for something.
async fn all_wait() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn thread_of(work: &Work, bytes: usize) -> ThreadId {
    work.run(ANA, bytes, || thread::current().id()).await.unwrap()
}

#[tokio::test]
async fn small_work_is_done_where_it_is_and_long_work_elsewhere() {
    let work = Work::new(budget(1, 1));
    let here = thread::current().id();
    assert_eq!(thread_of(&work, 200).await, here);
    assert_eq!(thread_of(&work, SMALL).await, here);
    assert_ne!(thread_of(&work, SMALL + 1).await, here);
}

#[tokio::test]
async fn the_event_loop_answers_while_every_turn_is_taken() {
    let work = Work::new(budget(1, 1));
    let mut first = Held::start(&work, ANA);
    first.begins().await;
    let second = Held::start(&work, BIA);
    // This test has one thread: were the work done on it, this would never be reached.
    assert_eq!(work.run(BIA, 10, || 7).await.unwrap(), 7);
    first.end().await;
    second.end().await;
}

#[tokio::test]
async fn one_person_does_not_take_the_turns_of_others() {
    let work = Work::new(budget(2, 1));
    let mut first = Held::start(&work, ANA);
    first.begins().await;
    let mut second = Held::start(&work, ANA);
    all_wait().await;
    let mut other = Held::start(&work, BIA);
    other.begins().await;
    assert!(!second.has_begun(), "a person's second piece waits for the first");
    first.end().await;
    second.begins().await;
    for held in [second, other] {
        held.end().await;
    }
}

#[tokio::test]
async fn somebody_new_waits_for_one_piece_of_a_person_and_not_for_all() {
    let work = Work::new(budget(1, 1));
    let mut running = Held::start(&work, ANA);
    running.begins().await;
    let mut more = [Held::start(&work, ANA), Held::start(&work, ANA)];
    all_wait().await;
    let mut other = Held::start(&work, BIA);
    all_wait().await;
    running.end().await;
    other.begins().await;
    all_wait().await;
    assert!(more.iter_mut().all(|held| !held.has_begun()));
    other.end().await;
    for mut held in more {
        held.begins().await;
        held.end().await;
    }
    assert_eq!(work.parts.line.len(), 0, "who has nothing running is forgotten");
}

#[tokio::test]
async fn one_person_has_few_pieces_in_the_line() {
    let work = Work::new(budget(1, 1));
    let mut held = vec![Held::start(&work, ANA), Held::start(&work, ANA), Held::start(&work, ANA)];
    held[0].begins().await;
    all_wait().await;
    assert!(matches!(work.run_long(ANA, || ()).await, Err(WorkError::Busy)));
    for held in held {
        held.end().await;
    }
    work.run_long(ANA, || ()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_is_refused_and_leaves_the_line() {
    let work = Work::new(budget(1, 1));
    let mut running = Held::start(&work, ANA);
    running.begins().await;
    let waiting = tokio::spawn({
        let work = work.clone();
        async move { work.run_long(BIA, || ()).await }
    });
    all_wait().await;
    tokio::time::advance(Duration::from_secs(9)).await;
    assert!(matches!(waiting.await.unwrap(), Err(WorkError::Busy)));
    assert_eq!(work.parts.line.len(), 1);
    running.end().await;
    work.run_long(BIA, || ()).await.unwrap();
}

/// Half an answer is worth nothing, and what it took so far is lost with it.
#[tokio::test(start_paused = true)]
async fn an_answer_that_has_begun_waits_longer() {
    let work = Work::new(budget(1, 1));
    let mut running = Held::start(&work, ANA);
    running.begins().await;
    let waiting = tokio::spawn({
        let work = work.begun();
        async move { work.run_long(BIA, || ()).await }
    });
    all_wait().await;
    tokio::time::advance(Duration::from_secs(79)).await;
    all_wait().await;
    assert!(!waiting.is_finished());
    running.end().await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_goes_away_gives_the_place_back() {
    let work = Work::new(budget(1, 1));
    let mut running = Held::start(&work, ANA);
    running.begins().await;
    let waiting = Held::start(&work, BIA);
    all_wait().await;
    waiting.done.abort();
    assert!(waiting.done.await.unwrap_err().is_cancelled());
    assert_eq!(work.parts.line.len(), 1);
    running.end().await;
    work.run_long(BIA, || ()).await.unwrap();
}

#[tokio::test]
async fn a_panic_breaks_its_own_work_and_gives_the_turn_back() {
    let work = Work::new(budget(1, 1));
    let broken = work.run_long(ANA, || panic!("on purpose")).await;
    let Err(WorkError::Broken(error)) = broken else { panic!("it was done") };
    assert!(error.is_panic());
    assert_eq!(work.run_long(ANA, || 1).await.unwrap(), 1);
}

#[test]
fn a_processor_is_left_to_the_event_loop() {
    for (processors, at_once, of_one) in [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 2, 1), (4, 3, 1), (5, 4, 2), (16, 15, 7)]
    {
        let budget = Budget::of_processors(processors);
        assert_eq!((budget.at_once.get(), budget.of_one.get()), (at_once, of_one), "{processors}");
    }
}
