//! How frames and their regions lie in a file.

use imageio_core::{Error, Result};

use super::data_type::DataType;
use super::footer::Footer;
use super::header::{DATA_START, Header, Roi};
use super::layout::Layout;

/// How frames and their regions lie in a file.
#[derive(Clone, Debug)]
pub(crate) struct Frames {
    pub(crate) data_type: DataType,
    /// Number of frames that the file claims.
    pub(crate) claimed: usize,
    /// Bytes of a frame's pixels.
    size: u64,
    /// Bytes from the start of a frame to the next, with what is stored about it.
    stride: u64,
    /// Height and width of a frame whose regions lie one above the other.
    strip: Option<[usize; 2]>,
    regions: Vec<Region>,
}

/// A region of each frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Bytes from the start of the frame.
    pub(crate) offset: u64,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

impl Frames {
    /// What the header says: one strip a frame, frames without gaps.
    pub(crate) fn of_header(header: &Header) -> Result<Self> {
        let code = header.data_type_code();
        let data_type = DataType::from_code(code)
            .ok_or_else(|| Error::not_this_format(format!("data type {code} does not exist")))?;
        let (height, width) = (header.height(), header.width());
        if height == 0 || width == 0 {
            let message = format!("a frame of {height} rows and {width} columns");
            return Err(Error::not_this_format(message));
        }
        let count = header.frame_count();
        let claimed = usize::try_from(count)
            .ok()
            .filter(|&count| count > 0)
            .ok_or_else(|| Error::corrupt(format!("the header claims {count} frames")))?;
        let size = height as u64 * width as u64 * data_type.size();
        let strip = [height, width];
        let regions = strip_regions(&header.rois(), strip, data_type).unwrap_or_else(|| {
            vec![Region {
                offset: 0,
                height,
                width,
            }]
        });
        Ok(Frames {
            data_type,
            claimed,
            size,
            stride: size,
            strip: Some(strip),
            regions,
        })
    }

    /// What the XML footer says; the header tells whether the regions make up one strip.
    pub(crate) fn of_footer(footer: &Footer, header: &Header) -> Result<Self> {
        let data_type = footer
            .pixel_format
            .or_else(|| DataType::from_code(header.data_type_code()))
            .ok_or_else(|| Error::unsupported("the footer's pixel format is unknown"))?;
        let mut regions = Vec::new();
        let mut offset = 0;
        for (n, block) in footer.regions.iter().enumerate() {
            let size = (block.height as u64)
                .checked_mul(block.width as u64)
                .and_then(|pixels| pixels.checked_mul(data_type.size()));
            let expected = Some(block.size).filter(|&size| size > 0);
            if size != expected || block.stride < block.size {
                let message = format!(
                    "region {n} of the footer: {} bytes every {} bytes for {} by {} pixels",
                    block.size, block.stride, block.width, block.height
                );
                return Err(Error::corrupt(message));
            }
            regions.push(Region {
                offset,
                height: block.height,
                width: block.width,
            });
            offset = offset.saturating_add(block.stride);
        }
        if footer.count == 0 {
            return Err(Error::corrupt("the XML footer claims 0 frames"));
        }
        let (size, stride) = (footer.size, footer.stride);
        let end = footer
            .regions
            .last()
            .map_or(0, |last| offset - last.stride + last.size);
        if regions.is_empty() || end > size || size > stride {
            let message =
                format!("regions of {end} bytes in a frame of {size} bytes every {stride} bytes");
            return Err(Error::corrupt(message));
        }
        let strip = [header.height(), header.width()];
        let strip = is_strip(&regions, strip, data_type).then_some(strip);
        Ok(Frames {
            data_type,
            claimed: footer.count,
            size,
            stride,
            strip,
            regions,
        })
    }

    /// Whole frames before `data_end`.
    pub(crate) fn held(&self, data_end: u64) -> u64 {
        let available = data_end.saturating_sub(DATA_START);
        match available.checked_sub(self.size) {
            // What is stored about the last frame may be missing.
            Some(beyond_first) => beyond_first / self.stride + 1,
            None => 0,
        }
    }

    /// Bytes of a frame's pixels.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes from the start of a frame to the next.
    pub(crate) fn stride(&self) -> u64 {
        self.stride
    }

    /// Where what is stored about frame `position` begins.
    pub(crate) fn fields_of(&self, position: usize) -> u64 {
        DATA_START
            .saturating_add(self.stride.saturating_mul(position as u64))
            .saturating_add(self.size)
    }

    /// The first frame, or the region `roi` of it.
    ///
    /// A strip is `(H, W)` as the header has it; regions that make up none are `(R, H, W)`.
    pub(crate) fn first(&self, roi: Option<usize>) -> Result<Layout> {
        let count = self.regions.len();
        match (roi, self.strip, self.regions.as_slice()) {
            (Some(roi), _, regions) => regions
                .get(roi)
                .map(|region| self.region(region))
                .ok_or_else(|| {
                    let regions = if count == 1 { "region" } else { "regions" };
                    Error::bad_option(format!(
                        "option `roi`: {roi} is out of range: a frame has {count} {regions}"
                    ))
                }),
            (None, _, [single]) => Ok(self.region(single)),
            (None, Some([height, width]), _) => Ok(self.region(&Region {
                offset: 0,
                height,
                width,
            })),
            (None, None, regions) => equal_step(regions)
                .and_then(|step| Some(self.region(regions.first()?).repeated(count, step)))
                .ok_or_else(|| {
                    Error::unsupported(format!("a frame has {count} regions of unequal shapes"))
                        .with_help(format!("option `roi`, 0 to {}", count.saturating_sub(1)))
                }),
        }
    }

    fn region(&self, region: &Region) -> Layout {
        let item = self.data_type.size();
        Layout::new(DATA_START, item)
            .shifted(region.offset)
            .repeated(region.width, item)
            .repeated(region.height, item * region.width as u64)
    }
}

/// The bytes from each region to the next, where all have one shape and one distance.
fn equal_step(regions: &[Region]) -> Option<u64> {
    let first = regions.first()?;
    let step = regions.get(1)?.offset.checked_sub(first.offset)?;
    let mut expected = first.offset;
    let equal = regions.iter().all(|region| {
        let fits = region.offset == expected
            && [region.height, region.width] == [first.height, first.width];
        expected = expected.saturating_add(step);
        fits
    });
    equal.then_some(step)
}

/// Whether the regions lie one above the other in a strip of this height and width, without gaps.
fn is_strip(regions: &[Region], [height, width]: [usize; 2], data_type: DataType) -> bool {
    let mut rows = 0;
    let stacked = regions.iter().all(|region| {
        let above = rows as u64 * width as u64 * data_type.size();
        rows = region.height.saturating_add(rows);
        region.width == width && region.offset == above && rows <= height
    });
    stacked && rows == height && rows > 0
}

/// The header's regions, where they make up the strip exactly.
///
/// WinView writes regions of equal width one above the other; files that do otherwise are read as a whole.
fn strip_regions(rois: &[Roi], strip: [usize; 2], data_type: DataType) -> Option<Vec<Region>> {
    let mut regions = Vec::new();
    let mut offset = 0;
    for roi in rois {
        let [width, height] = [0, 1].map(|axis| {
            let first = roi.top_left.get(axis).copied().unwrap_or(0);
            let last = roi.bottom_right.get(axis).copied().unwrap_or(0);
            let bin = roi.bin.get(axis).copied().unwrap_or(0);
            let pixels = usize::from(last.checked_sub(first)?) + 1;
            pixels.checked_div(usize::from(bin))
        });
        let (width, height) = (width?, height?);
        regions.push(Region {
            offset,
            height,
            width,
        });
        offset += height as u64 * width as u64 * data_type.size();
    }
    is_strip(&regions, strip, data_type).then_some(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(offset: u64, height: usize, width: usize) -> Region {
        Region {
            offset,
            height,
            width,
        }
    }

    #[test]
    fn a_strip_has_no_gaps_and_one_width() {
        let good = [region(0, 2, 7), region(28, 3, 7)];
        assert!(is_strip(&good, [5, 7], DataType::UInt16));
        assert!(!is_strip(&good, [6, 7], DataType::UInt16));
        assert!(!is_strip(&good, [5, 7], DataType::Float32));
        assert!(!is_strip(
            &[region(0, 2, 7), region(30, 3, 7)],
            [5, 7],
            DataType::UInt16
        ));
        assert!(!is_strip(
            &[region(0, 2, 7), region(28, 3, 6)],
            [5, 7],
            DataType::UInt16
        ));
        assert!(!is_strip(&[], [0, 0], DataType::UInt16));
    }

    #[test]
    fn steps_are_equal_or_not() {
        assert_eq!(
            equal_step(&[region(0, 2, 7), region(30, 2, 7), region(60, 2, 7)]),
            Some(30)
        );
        assert_eq!(
            equal_step(&[region(0, 2, 7), region(30, 2, 7), region(61, 2, 7)]),
            None
        );
        assert_eq!(equal_step(&[region(0, 2, 7), region(28, 7, 2)]), None);
        assert_eq!(equal_step(&[]), None);
    }
}
