//! The images of a file: all of them at hand, or as they come.

use imageio_core::{Error, ErrorKind, Request, Result};

use crate::format::decode::{Decoder, Top};
use crate::format::node::Node;

/// The images of a file.
#[derive(Debug)]
pub(super) enum Series {
    /// All of them, in any order.
    AtHand(Vec<Node>),
    /// One after the other.
    Stream(Box<Stream>),
}

/// A stream on its way.
#[derive(Debug)]
pub(super) struct Stream {
    decoder: Decoder,
    /// Number of items; unknown until the end where the stream was not closed.
    count: Option<usize>,
    is_closed: bool,
    /// Items that were read.
    given: usize,
    /// The item that was read last, and which it is.
    last: Option<(usize, Node)>,
}

/// How many images there are.
pub(super) enum Length {
    Known(usize),
    Unknown,
}

impl Series {
    /// Finds the images; with `random_access` all of them.
    pub(super) fn find(request: &Request, random_access: bool) -> Result<Self> {
        let mut decoder = Decoder::new(request, random_access)?;
        let count = match decoder.top()? {
            Top::Stream(count) => count,
            Top::Value(value) if value.is_image() => return Ok(Series::AtHand(vec![value])),
            Top::Value(value) => {
                return match into_list(value) {
                    Ok(items) => Ok(Series::AtHand(items)),
                    Err(other) => Err(Error::unsupported(format!(
                        "the file does not look like an image container, it is {}",
                        other.describe()
                    ))),
                };
            }
        };
        let mut stream = Stream {
            decoder,
            count: count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)),
            is_closed: count.is_some(),
            given: 0,
            last: None,
        };
        if !random_access {
            return Ok(Series::Stream(Box::new(stream)));
        }
        let mut items = Vec::new();
        while let Some(item) = stream.next()? {
            items.push(item);
        }
        Ok(Series::AtHand(items))
    }

    /// Item `position`, which in a stream is the last one that was read, or one behind it.
    pub(super) fn item(&mut self, position: usize) -> Result<&Node> {
        match self {
            Series::AtHand(items) => items
                .get(position)
                .ok_or_else(|| out_of_range(position, items.len())),
            Series::Stream(stream) => {
                stream.go_to(position)?;
                match &stream.last {
                    Some((_, item)) => Ok(item),
                    None => Err(out_of_range(position, 0)),
                }
            }
        }
    }

    /// Whether there is no item `position`.
    pub(super) fn is_past_the_end(&mut self, position: usize) -> Result<bool> {
        match self {
            Series::AtHand(items) => Ok(position >= items.len()),
            Series::Stream(stream) => {
                let rewinds = stream.last.as_ref().is_some_and(|(at, _)| position < *at);
                match stream.go_to(position) {
                    Err(error) if error.kind() == ErrorKind::OutOfRange && !rewinds => Ok(true),
                    other => other.map(|()| false),
                }
            }
        }
    }

    /// All items. A stream must be at its beginning; from then on its items are at hand.
    pub(super) fn all(&mut self) -> Result<&[Node]> {
        if let Series::Stream(stream) = self {
            let mut items = Vec::new();
            match stream.last.take() {
                Some((0, first)) => items.push(first),
                Some((at, item)) => {
                    stream.last = Some((at, item));
                    return Err(rewinding());
                }
                None => {}
            }
            while let Some(item) = stream.next()? {
                items.push(item);
            }
            *self = Series::AtHand(items);
        }
        match self {
            Series::AtHand(items) => Ok(items),
            Series::Stream(_) => Ok(&[]),
        }
    }

    /// How many images there are, and those that are known without going on.
    pub(super) fn overview(&mut self) -> Result<(Length, &[Node])> {
        match self {
            Series::AtHand(items) => Ok((Length::Known(items.len()), items)),
            Series::Stream(stream) => {
                if stream.last.is_none() && stream.count != Some(0) {
                    // An open stream without items ends here.
                    match stream.go_to(0) {
                        Err(error) if error.kind() == ErrorKind::OutOfRange => {}
                        other => other?,
                    }
                }
                let length = match stream.count {
                    Some(count) => Length::Known(count),
                    None => Length::Unknown,
                };
                let known = stream.last.as_ref().map(|(_, item)| item);
                Ok((length, known.map_or(&[], std::slice::from_ref)))
            }
        }
    }
}

impl Stream {
    /// The next item; nothing at the end.
    fn next(&mut self) -> Result<Option<Node>> {
        if self.count == Some(self.given) {
            return Ok(None);
        }
        let item = self.decoder.item(self.is_closed)?;
        self.given += usize::from(item.is_some());
        Ok(item)
    }

    fn go_to(&mut self, position: usize) -> Result<()> {
        if let Some(count) = self.count.filter(|&count| position >= count) {
            return Err(out_of_range(position, count));
        }
        loop {
            let next = match &self.last {
                Some((at, _)) if *at == position => return Ok(()),
                Some((at, _)) if *at > position => return Err(rewinding()),
                Some((at, _)) => at + 1,
                None => 0,
            };
            let Some(item) = self.next()? else {
                self.count = Some(next);
                return Err(out_of_range(position, next));
            };
            self.last = Some((next, item));
        }
    }
}

fn into_list(value: Node) -> Result<Vec<Node>, Node> {
    match value {
        Node::List(items) => Ok(items),
        Node::Extension(_, inner) => into_list(*inner),
        other => Err(other),
    }
}

fn rewinding() -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        "the file is read in streaming mode, which does not allow rewinding",
    )
    .with_help("the option `random_access`")
}

fn out_of_range(position: usize, count: usize) -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        format!("image index {position} is not in [0 {count}]"),
    )
}
