//! Words: found however they are written, where they may be read.

use crate::people::{People, Ticket, insert, moment, people};
use balcao_contract::id::RequestId;
use balcao_store::request_list::{self, Filter, FoundBy, Order, Scope, Window};
use balcao_store::ticket_list::{self, TicketFilter};
use balcao_store::{Reach, Store, comments};

const TEXTS: [(&str, &str); 4] = [
    ("Confirmação do pedido", "Não recebi a confirmação, e o cartão já foi cobrado."),
    ("Devolución", "¿Dónde está mi envío? El camión salió ayer, dice el niño."),
    ("Invoice", "The résumé of our café's invoice is naïve; freight was charged twice."),
    ("Freight", "Plain words, without any sign above them: cartao, envio."),
];

async fn write_texts(store: &Store, people: People) -> Vec<RequestId> {
    let mut write = store.begin().await.unwrap();
    let mut written = Vec::new();
    for (subject, body) in TEXTS {
        let ticket = Ticket { subject, body, ..Ticket::of(people.ana) };
        written.push(insert(&mut write, people.account, ticket).await.unwrap().0);
    }
    write.commit().await.unwrap();
    written
}

const ORDER: Order = Order { by_update: false, descending: false };
const WHOLE: Window = Window { limit: 100, offset: 0, after: None };

/// The numbers, from 0, of the texts that are found; the same by each list that finds them.
async fn found(store: &Store, people: People, written: &[RequestId], found_by: &FoundBy) -> Vec<usize> {
    let mut read = store.read().await.unwrap();
    let own = Filter { found_by: found_by.clone(), ..Filter::own(people.account, people.ana) };
    let of_account = Filter { scope: Scope::Account, ..own.clone() };
    let of_agents = TicketFilter { found_by: found_by.clone(), ..TicketFilter::within(Reach::Everything) };
    let place = |id: RequestId| written.iter().position(|written| *written == id).unwrap();
    let listed = request_list::page(&mut read, &own, ORDER, WHOLE).await.unwrap();
    let listed: Vec<usize> = listed.iter().map(|row| place(row.id)).collect();
    let (counted, total) = request_list::counted_page(&mut read, &own, ORDER, WHOLE).await.unwrap();
    let counted: Vec<usize> = counted.iter().map(|row| place(row.id)).collect();
    assert_eq!((&counted, total), (&listed, listed.len() as u64), "{found_by:?}");
    let account = request_list::page(&mut read, &of_account, ORDER, WHOLE).await.unwrap();
    assert_eq!(account.iter().map(|row| place(row.id)).collect::<Vec<_>>(), listed, "{found_by:?}");
    let agents = ticket_list::page(&mut read, &of_agents, ORDER, WHOLE).await.unwrap();
    assert_eq!(agents.iter().map(|row| place(row.id)).collect::<Vec<_>>(), listed, "{found_by:?}");
    let others = Filter { scope: Scope::One(people.rui), ..own };
    assert_eq!(request_list::count(&mut read, &others).await.unwrap(), 0, "{found_by:?}");
    listed
}

fn words(with: &[&str], without: &[&str]) -> FoundBy {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    FoundBy::Words { with: owned(with), without: owned(without) }
}

pub async fn words_are_found_with_and_without_accents(store: &Store) {
    let people = people(store).await;
    let written = write_texts(store, people).await;
    for (word, texts) in [
        ("confirmação", &[0][..]),
        ("confirmacao", &[0]),
        ("CONFIRMAÇÃO", &[0]),
        ("nao", &[0]),
        ("cartão", &[0, 3]),
        ("devolucion", &[1]),
        ("Dónde", &[1]),
        ("envío", &[1, 3]),
        ("nino", &[1]),
        ("resume", &[2]),
        ("résumé", &[2]),
        ("cafe", &[2]),
        ("naive", &[2]),
        ("freight", &[2, 3]),
        ("missing", &[]),
    ] {
        assert_eq!(found(store, people, &written, &words(&[&format!("\"{word}\"")], &[])).await, texts, "{word}");
    }
    // All of several words, in the title or in the text; and words in their order.
    assert_eq!(found(store, people, &written, &words(&["\"pedido\"", "\"cobrado\""], &[])).await, [0]);
    assert_eq!(found(store, people, &written, &words(&["\"pedido\"", "\"ayer\""], &[])).await, [] as [usize; 0]);
    assert_eq!(found(store, people, &written, &words(&["\"mi envio\""], &[])).await, [1]);
    assert_eq!(found(store, people, &written, &words(&["\"envio mi\""], &[])).await, [] as [usize; 0]);
}

pub async fn the_beginning_of_a_word_finds_it(store: &Store) {
    let people = people(store).await;
    let written = write_texts(store, people).await;
    for (beginning, texts) in
        [("confirm", &[0][..]), ("DEVOLUCI", &[1]), ("fre", &[2, 3]), ("inv", &[2]), ("env", &[1, 3]), ("onfirm", &[])]
    {
        let whole = found(store, people, &written, &words(&[&format!("\"{beginning}\"")], &[])).await;
        assert_eq!(whole, [] as [usize; 0], "{beginning}");
        let expression = format!("\"{beginning}\"*");
        assert_eq!(found(store, people, &written, &words(&[&expression], &[])).await, texts, "{beginning}");
    }
}

pub async fn what_is_excluded_is_not_found(store: &Store) {
    let people = people(store).await;
    let written = write_texts(store, people).await;
    let freight = found(store, people, &written, &words(&["\"freight\""], &["\"naive\""])).await;
    assert_eq!(freight, [3]);
    let without = found(store, people, &written, &words(&[], &["\"cartao\"", "\"camion\""])).await;
    assert_eq!(without, [2]);
    let number = FoundBy::Number(written[1].get());
    assert_eq!(found(store, people, &written, &number).await, [1]);
    let either = FoundBy::NumberOrWords(written[1].get(), vec!["\"plain\"".to_owned()]);
    // The request of that number comes first, and it is the first here.
    assert_eq!(found(store, people, &written, &either).await, [1, 3]);
    assert_eq!(found(store, people, &written, &FoundBy::Nothing).await, [] as [usize; 0]);
}

pub async fn notes_are_found_by_agents_alone(store: &Store) {
    let people = people(store).await;
    let written = write_texts(store, people).await;
    let mut write = store.begin().await.unwrap();
    comments::insert_note(&mut write, written[0], people.agent, "A zebra", "api", moment(3)).await.unwrap();
    comments::insert(&mut write, written[1], people.agent, "An antelope", "api", moment(3)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(found(store, people, &written, &words(&["\"antelope\"", "\"ayer\""], &[])).await, [1]);
    let mut read = store.read().await.unwrap();
    let found_by = words(&["\"zebra\"", "\"cobrado\""], &[]);
    let hers = Filter { found_by: found_by.clone(), ..Filter::own(people.account, people.ana) };
    assert_eq!(request_list::count(&mut read, &hers).await.unwrap(), 0);
    let agents = TicketFilter { found_by, ..TicketFilter::within(Reach::Everything) };
    assert_eq!(ticket_list::count(&mut read, &agents).await.unwrap(), 1);
}
