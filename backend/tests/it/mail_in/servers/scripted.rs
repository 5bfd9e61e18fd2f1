//! An IMAP server that does what a test tells it, at the very moment: what real ones do once in a thousand times.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does about a command.
pub enum Deed {
    /// Says this; `{tag}` is the command's.
    Say(String),
    /// Says nothing, for ever.
    FallSilent,
    /// Ends the connection.
    HangUp,
}

/// What it says to a command without its tag, the greeting being asked for by an empty one; and on the how-manieth
/// connection.
pub type Script = Box<dyn FnMut(usize, &str) -> Deed + Send>;

pub struct Scripted {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    pub async fn start(mut script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noted = heard.clone();
        let task = tokio::spawn(async move {
            // A silent connection is kept open beside the next one.
            let mut kept = Vec::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                kept.push(converse(stream, number, &mut script, &noted).await);
            }
        });
        Self { port, heard, task }
    }

    /// Every line it heard, with the connection's number.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Until the other side or the script ends it. A connection that fell silent is given back open.
async fn converse(
    stream: TcpStream,
    number: usize,
    script: &mut Script,
    heard: &Mutex<Vec<String>>,
) -> Option<(OwnedReadHalf, OwnedWriteHalf)> {
    let (input, mut output) = stream.into_split();
    let mut input = BufReader::new(input);
    let mut tag = String::new();
    let mut command = String::new();
    loop {
        match script(number, &command) {
            Deed::Say(text) => output.write_all(text.replace("{tag}", &tag).as_bytes()).await.ok()?,
            Deed::FallSilent => return Some((input.into_inner(), output)),
            Deed::HangUp => return None,
        }
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        heard.lock().unwrap().push(format!("{number} {line}"));
        // The answer to `DONE` carries the tag of `IDLE`.
        command = match line.split_once(' ') {
            Some((new, command)) => {
                new.clone_into(&mut tag);
                command.to_owned()
            }
            None => line,
        };
    }
}

/// What any server says, of a mailbox that holds these mails; it forgets what is marked on them.
pub fn usual(command: &str, mails: &[Vec<u8>]) -> Deed {
    let count = mails.len();
    let mut words = command.split(' ');
    Deed::Say(match words.next().unwrap_or_default() {
        "" => "* OK ready\r\n".to_owned(),
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n".to_owned(),
        "SELECT" => format!(
            "* FLAGS (\\Seen)\r\n* {count} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT {}] next\r\n{{tag}} OK [READ-WRITE] done\r\n",
            count + 1
        ),
        "IDLE" => "+ idling\r\n".to_owned(),
        "UID" => match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            ("SEARCH", _) => {
                let numbers: String = (1..=count).map(|number| format!(" {number}")).collect();
                format!("* SEARCH{numbers}\r\n{{tag}} OK done\r\n")
            }
            ("FETCH", number) => {
                let mail = &mails[number.parse::<usize>().unwrap() - 1];
                let size = mail.len();
                let said = if command.contains("SIZE") {
                    format!("RFC822.SIZE {size}")
                } else {
                    format!("BODY[] {{{size}}}\r\n{}", String::from_utf8_lossy(mail))
                };
                format!("* {number} FETCH (UID {number} {said})\r\n{{tag}} OK done\r\n")
            }
            _ => "{tag} OK done\r\n".to_owned(),
        },
        _ => "{tag} OK done\r\n".to_owned(),
    })
}
