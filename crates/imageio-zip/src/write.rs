//! An archive with one member more, or with another one in its place.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};

use imageio_core::Result;
use zip::read::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::read::{explain, names};

/// From this size on, a member needs the larger fields of zip64.
const ZIP64: u64 = u32::MAX as u64;

/// Writes to `new` what is in `old`, and `content` as `member`.
pub(crate) fn put(
    old: Option<&mut File>,
    member: &str,
    content: &mut File,
    new: &mut File,
) -> Result<()> {
    match old {
        None => {
            let mut writer = ZipWriter::new(BufWriter::new(&mut *new));
            add(&mut writer, member, content)?;
            finish(writer)?;
        }
        Some(old) => {
            let mut directory = ZipArchive::new(BufReader::new(&mut *old));
            let directory = directory.as_mut().map_err(|error| explain(error))?;
            let replaces = names(directory).iter().any(|name| name == member);
            if replaces {
                let mut writer = ZipWriter::new(BufWriter::new(&mut *new));
                copy_others(directory, member, &mut writer)?;
                add(&mut writer, member, content)?;
                finish(writer)?;
            } else {
                append(old, member, content, new)?;
            }
        }
    }
    Ok(())
}

/// Copies the archive as it is, and adds to the copy.
fn append(old: &mut File, member: &str, content: &mut File, new: &mut File) -> Result<()> {
    old.seek(SeekFrom::Start(0))?;
    std::io::copy(old, new)?;
    let mut writer = ZipWriter::new_append(&mut *new).map_err(|error| explain(&error))?;
    add(&mut writer, member, content)?;
    writer.finish().map_err(|error| explain(&error))?;
    Ok(())
}

/// Copies all members but one as they are packed.
fn copy_others<R: std::io::Read + Seek, W: Write + Seek>(
    directory: &mut ZipArchive<R>,
    member: &str,
    writer: &mut ZipWriter<W>,
) -> Result<()> {
    writer
        .set_raw_comment(directory.comment().into())
        .map_err(|error| explain(&error))?;
    for (at, name) in names(directory).iter().enumerate() {
        if name == member {
            continue;
        }
        let file = directory
            .by_index_raw(at)
            .map_err(|error| explain(&error))?;
        writer
            .raw_copy_file(file)
            .map_err(|error| explain(&error))?;
    }
    Ok(())
}

/// Adds the member without packing it, as Python does: most formats of images are packed already.
fn add<W: Write + Seek>(writer: &mut ZipWriter<W>, member: &str, content: &mut File) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(now())
        .large_file(content.metadata()?.len() >= ZIP64);
    writer
        .start_file(member, options)
        .map_err(|error| explain(&error))?;
    std::io::copy(content, writer)?;
    Ok(())
}

fn finish<W: Write + Seek>(writer: ZipWriter<W>) -> Result<()> {
    let mut file = writer.finish().map_err(|error| explain(&error))?;
    file.flush()?;
    Ok(())
}

/// The time for a new member: the format knows local time, which no standard call tells, so it is UTC.
fn now() -> DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date_of(days);
    DateTime::from_date_and_time(
        year,
        month,
        day,
        (second / 3600) as u8,
        (second / 60 % 60) as u8,
        (second % 60) as u8,
    )
    .unwrap_or_default()
}

/// The date that is `days` after the first of January 1970.
fn date_of(days: u64) -> (u16, u8, u8) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut left = days;
    let mut year = 1970;
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year as u16, month, left as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::date_of;

    #[test]
    fn days_become_dates() {
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(11_016), (2000, 2, 29));
        assert_eq!(date_of(20_000), (2024, 10, 4));
        assert_eq!(date_of(20_818), (2026, 12, 31));
    }
}
