//! Reads a stream of server-sent events out of the pieces it comes in
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>). Pure.

use serde::{Deserialize, Serialize};

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data, lines joined.
    pub data: String,
}

/// What has come and is not a whole event yet.
#[derive(Debug, Default)]
pub struct Frames {
    line: String,
    frame: Frame,
    has_data: bool,
    after_return: bool,
}

impl Frames {
    /// Takes a piece, and gives the events that are whole now.
    pub fn feed(&mut self, piece: &str) -> Vec<Frame> {
        let mut whole = Vec::new();
        for sign in piece.chars() {
            // A line ends with LF, CR or both together.
            let is_second_half = std::mem::replace(&mut self.after_return, sign == '\r') && sign == '\n';
            match sign {
                '\n' if is_second_half => {}
                '\n' | '\r' => whole.extend(self.end_line()),
                _ => self.line.push(sign),
            }
        }
        whole
    }

    fn end_line(&mut self) -> Option<Frame> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let frame = std::mem::take(&mut self.frame);
            return std::mem::take(&mut self.has_data).then_some(frame);
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.frame.id = Some(value.to_owned()),
            "event" => value.clone_into(&mut self.frame.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
            }
            // A comment (the sign of life), `retry`, and what is not known.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(id: Option<&str>, name: &str, data: &str) -> Frame {
        Frame { id: id.map(str::to_owned), name: name.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn events_are_read_wherever_the_stream_is_cut() {
        let stream = ":\n\nevent: ready\ndata: {\"unread\":2}\nid: 41\nretry: 2000\n\n: still here\n\n\
                      id:42\r\nevent:request\r\ndata:{}\r\n\r\ndata: a\ndata: b\n\nid: 43\n\ndata\n\nevent: cut";
        let expected = [
            frame(Some("41"), "ready", "{\"unread\":2}"),
            frame(Some("42"), "request", "{}"),
            frame(None, "", "a\nb"),
            frame(None, "", ""),
        ];
        for length in 1..=stream.len() {
            let mut frames = Frames::default();
            let pieces: Vec<String> =
                stream.as_bytes().chunks(length).map(|piece| String::from_utf8_lossy(piece).into_owned()).collect();
            let read: Vec<Frame> = pieces.iter().flat_map(|piece| frames.feed(piece)).collect();
            assert_eq!(read, expected, "cut every {length}");
        }
    }
}
