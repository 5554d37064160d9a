//! The fast way for what most pictures are: 8 bits a sample, one sequential Huffman scan, gray or three
//! components, colour as fine as brightness or halved.
//!
//! Gives the samples of the backend bit for bit and uses its transform. Rows of the picture are written one by
//! one, and no plane is ever held whole. Whatever is unusual or broken is left to the backend.

use std::sync::mpsc;
use std::sync::mpsc::{Receiver, Sender};
use std::thread;

use imageio_core::{Limits, Result, cores};

use super::Area;

mod huffman;
mod reduced;
mod scan;
mod stream;
mod transform;
mod upsample;

#[cfg(test)]
mod tests;

use scan::{Band, Reader};
use stream::Stream;
use transform::Painter;

/// Bands that wait between the two threads.
const WAITING: usize = 6;

/// Pixels from which a second thread pays.
const LARGE: usize = 1 << 18;

/// Decodes the part of the picture in `area` into `out`; `false` where it is none for this way, or broken.
pub(super) fn decode(data: &[u8], area: &Area, out: &mut [u8], limits: &Limits) -> Result<bool> {
    decode_with(data, area, out, limits, cores())
}

/// `decode` on one thread, or on two.
pub(super) fn decode_with(
    data: &[u8],
    area: &Area,
    out: &mut [u8],
    limits: &Limits,
    threads: usize,
) -> Result<bool> {
    let Some(stream) = Stream::parse(data) else {
        return Ok(false);
    };
    let channels = stream.components.len();
    let part = |side: usize| side.div_ceil(area.reduce.max(1).into());
    let inside = area.rows.end <= part(stream.height) && area.columns.end <= part(stream.width);
    let pixels = area.rows.len() * area.columns.len();
    if !inside || pixels == 0 || out.len() != pixels * channels {
        return Ok(false);
    }
    let Some(intervals) = stream.intervals(limits)? else {
        return Ok(false);
    };
    let mut painter = Painter::new(&stream, area, limits)?;
    let bands = painter.bands();
    let Some((mut reader, from)) = Reader::new(&stream, &intervals, bands.start) else {
        return Ok(false);
    };
    if threads > 1 && stream.width * area.rows.len() >= LARGE {
        let mut waiting = Vec::with_capacity(WAITING);
        for _ in 0..WAITING {
            waiting.push(Band::new(&stream, limits)?);
        }
        return Ok(in_two_threads(reader, &mut painter, from, waiting, out));
    }
    let mut band = Band::new(&stream, limits)?;
    for number in from..bands.end {
        if reader.read(&mut band).is_none() {
            return Ok(false);
        }
        if number >= bands.start {
            painter.paint(number, &band, out);
        }
    }
    Ok(true)
}

/// Reads the scan on a second thread while this one transforms; `false` for a broken scan.
fn in_two_threads(
    mut reader: Reader<'_>,
    painter: &mut Painter<'_>,
    from: usize,
    waiting: Vec<Band>,
    out: &mut [u8],
) -> bool {
    let bands = painter.bands();
    let (give_back, empty): (Sender<Band>, Receiver<Band>) = mpsc::channel();
    let (hand_over, full) = mpsc::channel();
    for band in waiting {
        if give_back.send(band).is_err() {
            return false;
        }
    }
    thread::scope(|scope| {
        let end = bands.end;
        scope.spawn(move || {
            for number in from..end {
                let Ok(mut band) = empty.recv() else { return };
                if reader.read(&mut band).is_none() || hand_over.send((number, band)).is_err() {
                    return;
                }
            }
        });
        for expected in from..end {
            let Ok((number, band)) = full.recv() else {
                return false;
            };
            debug_assert_eq!(number, expected);
            if number >= bands.start {
                painter.paint(number, &band, out);
            }
            // The reader is gone when it has read all.
            drop(give_back.send(band));
        }
        true
    })
}
