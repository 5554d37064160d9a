//! The XML of an OME-TIFF (schema 2016-06), written when the file ends.

use std::fmt::Write as _;

use imageio_core::{DType, Error, Metadata, Result, Value};

use super::file::{Moved, TiffFile};
use super::layout::Stored;
use super::series::{Series, describe};

const SCHEMA: &str = "http://www.openmicroscopy.org/Schemas/OME/2016-06";

/// Axes that OME knows only as parts of another one, with its names for them.
const MODULO: [(char, &str); 6] = [
    ('A', "angle"),
    ('P', "phase"),
    ('R', "tile"),
    ('H', "lifetime"),
    ('E', "lambda"),
    ('Q', "other"),
];

const PIXELS: [&str; 9] = [
    "SignificantBits",
    "PhysicalSizeX",
    "PhysicalSizeXUnit",
    "PhysicalSizeY",
    "PhysicalSizeYUnit",
    "PhysicalSizeZ",
    "PhysicalSizeZUnit",
    "TimeIncrement",
    "TimeIncrementUnit",
];

const PLANE: [&str; 10] = [
    "DeltaT",
    "DeltaTUnit",
    "ExposureTime",
    "ExposureTimeUnit",
    "PositionX",
    "PositionXUnit",
    "PositionY",
    "PositionYUnit",
    "PositionZ",
    "PositionZUnit",
];

const CHANNEL: [&str; 14] = [
    "Name",
    "AcquisitionMode",
    "Color",
    "ContrastMethod",
    "EmissionWavelength",
    "EmissionWavelengthUnit",
    "ExcitationWavelength",
    "ExcitationWavelengthUnit",
    "Fluor",
    "IlluminationType",
    "NDFilter",
    "PinholeSize",
    "PinholeSizeUnit",
    "PockelCellSetting",
];

/// The images of a file, as far as they are complete.
#[derive(Default)]
pub(super) struct Document {
    images: String,
    annotations: String,
    creator: Option<String>,
    count: usize,
    annotated: usize,
    pages: usize,
    /// The first IFD and which of its entries the description is.
    first: Option<(u64, usize)>,
}

/// What the XML says about one series.
pub(super) struct Image {
    dtype: &'static str,
    /// `XY` and the three other axes, the fastest first, and their sizes without samples.
    order: &'static str,
    sizes: [usize; 3],
    samples: usize,
    /// Axes inside others: the letter of the other, OME's name, the size.
    modulo: Vec<(char, &'static str, usize)>,
    stored: Stored,
    frames: usize,
    metadata: Metadata,
}

impl Image {
    /// What there is to say about a series of `arrays` arrays.
    ///
    /// # Errors
    /// `Unsupported` for types that OME does not hold, `BadOption` for axes that do not fit.
    pub(super) fn of(series: &Series, arrays: usize) -> Result<Self> {
        let stored = series.stored.clone();
        let mut shape = series.shape.clone();
        let mut axes = series.options.axes.clone();
        if arrays > 1 {
            shape.insert(0, arrays);
            axes = None;
        }
        let metadata = flat(&series.metadata);
        let axes = match axes {
            Some(axes) => given_axes(&axes.to_ascii_uppercase(), &shape, &stored)?,
            None => guessed_axes(&shape, &stored, &metadata)?,
        };
        let (order, sizes, modulo) = dimensions(&axes, &shape, &metadata)?;
        let frames = stored.frames * arrays;
        let planes: usize = sizes
            .iter()
            .chain(modulo.iter().map(|(_, _, size)| size))
            .product();
        if planes != frames {
            return Err(Error::bad_option(format!(
                "axes {axes}: {planes} planes, the array has {frames}"
            )));
        }
        Ok(Image {
            dtype: type_name(stored.dtype)?,
            order,
            sizes,
            samples: stored.samples(),
            modulo,
            stored,
            frames,
            metadata,
        })
    }

    /// Size of axis `letter`, without samples and what is inside it.
    fn size(&self, letter: char) -> usize {
        let place = self.order[2..].find(letter).unwrap_or(0);
        self.sizes.get(place).copied().unwrap_or(1)
    }

    fn xml(&self, (index, first_page, annotation): (usize, usize, Option<usize>)) -> String {
        let mut xml = format!("<Image ID=\"Image:{index}\"");
        let name = format!("Image{index}");
        attribute(
            &mut xml,
            "Name",
            self.metadata.get("Name").unwrap_or(&name.into()),
        );
        xml.push('>');
        for element in ["AcquisitionDate", "Description"] {
            if let Some(value) = self.metadata.get(element) {
                let _ = write!(
                    xml,
                    "<{element}>{}</{element}>",
                    escaped(&value.to_string())
                );
            }
        }
        let _ = write!(
            xml,
            "<Pixels ID=\"Pixels:{index}\" DimensionOrder=\"{}\" Type=\"{}\" SizeX=\"{}\" SizeY=\"{}\"",
            self.order, self.dtype, self.stored.width, self.stored.length
        );
        for letter in self.order[2..].chars() {
            let inside = self.modulo.iter().filter(|(of, _, _)| *of == letter);
            let mut size = self.size(letter) * inside.map(|(_, _, size)| size).product::<usize>();
            if letter == 'C' {
                size *= self.samples;
            }
            let _ = write!(xml, " Size{letter}=\"{size}\"");
        }
        if self.samples > 1 {
            let _ = write!(xml, " Interleaved=\"{}\"", self.stored.contig > 1);
        }
        for name in PIXELS {
            if let Some(value) = self.metadata.get(name) {
                attribute(&mut xml, name, value);
            }
        }
        xml.push('>');
        self.channels(&mut xml, index);
        let _ = write!(
            xml,
            "<TiffData IFD=\"{first_page}\" PlaneCount=\"{}\"/>",
            self.frames
        );
        self.planes(&mut xml);
        xml.push_str("</Pixels>");
        if let Some(annotation) = annotation {
            let _ = write!(xml, "<AnnotationRef ID=\"Annotation:{annotation}\"/>");
        }
        xml.push_str("</Image>");
        xml
    }

    fn channels(&self, xml: &mut String, index: usize) {
        for channel in 0..self.size('C') {
            let _ = write!(
                xml,
                "<Channel ID=\"Channel:{index}:{channel}\" SamplesPerPixel=\"{}\"",
                self.samples
            );
            some_attributes(xml, self.metadata.get("Channel"), channel, &CHANNEL);
            xml.push_str("><LightPath/></Channel>");
        }
    }

    fn planes(&self, xml: &mut String) {
        let Some(planes) = self.metadata.get("Plane") else {
            return;
        };
        for plane in 0..self.frames {
            xml.push_str("<Plane");
            let mut rest = plane;
            for (letter, size) in self.order[2..].chars().zip(self.sizes) {
                let _ = write!(xml, " The{letter}=\"{}\"", rest % size.max(1));
                rest /= size.max(1);
            }
            some_attributes(xml, Some(planes), plane, &PLANE);
            xml.push_str("/>");
        }
    }

    fn annotation(&self, number: usize) -> Option<String> {
        if self.modulo.is_empty() {
            return None;
        }
        let mut xml = format!(
            "<XMLAnnotation ID=\"Annotation:{number}\" Namespace=\"openmicroscopy.org/omero/dimension/modulo\">\
             <Value><Modulo namespace=\"http://www.openmicroscopy.org/Schemas/Additions/2011-09\">"
        );
        for (of, name, size) in &self.modulo {
            let end = size - 1;
            let _ = write!(
                xml,
                "<ModuloAlong{of} Type=\"{name}\" Start=\"0\" End=\"{end}\"/>"
            );
        }
        xml.push_str("</Modulo></Value></XMLAnnotation>");
        Some(xml)
    }
}

impl Document {
    /// Adds a series whose pages are all written.
    pub(super) fn add(&mut self, image: &Image, first: (u64, usize)) {
        self.first.get_or_insert(first);
        let creator = || image.metadata.get("Creator").map(ToString::to_string);
        self.creator = self.creator.take().or_else(creator);
        let annotation = image.annotation(self.annotated);
        let number = annotation.as_ref().map(|_| self.annotated);
        self.images
            .push_str(&image.xml((self.count, self.pages, number)));
        self.annotated += usize::from(annotation.is_some());
        self.annotations.push_str(&annotation.unwrap_or_default());
        self.count += 1;
        self.pages += image.frames;
    }

    /// Follows the first IFD to where it has gone.
    pub(super) fn moved(&mut self, moved: &Moved) {
        if let Some((ifd, _)) = &mut self.first {
            *ifd = moved.of(*ifd);
        }
    }

    /// Writes the description.
    pub(super) fn finish(self, file: &mut TiffFile) -> Result<()> {
        let Some((ifd, entry)) = self.first else {
            return Ok(());
        };
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"{SCHEMA}\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:schemaLocation=\"{SCHEMA} {SCHEMA}/ome.xsd\""
        );
        let creator = self.creator.unwrap_or_else(|| "imageio-rs".to_owned());
        attribute(&mut xml, "Creator", &creator.into());
        xml.push('>');
        xml.push_str(&self.images);
        if !self.annotations.is_empty() {
            let _ = write!(
                xml,
                "<StructuredAnnotations>{}</StructuredAnnotations>",
                self.annotations
            );
        }
        xml.push_str("</OME>");
        describe(file, ifd, entry, &xml)
    }
}

/// Metadata with the keys of `OME`, `Image` and `Pixels` inside it brought up.
fn flat(metadata: &Metadata) -> Metadata {
    let mut flat = metadata.clone();
    for outer in ["OME", "Image", "Pixels"] {
        if let Some(Value::Map(inner)) = flat.remove(outer) {
            flat.extend(inner);
        }
    }
    flat
}

fn type_name(dtype: DType) -> Result<&'static str> {
    Ok(match dtype {
        DType::Bool => "bit",
        DType::U8 => "uint8",
        DType::U16 => "uint16",
        DType::U32 => "uint32",
        DType::I8 => "int8",
        DType::I16 => "int16",
        DType::I32 => "int32",
        DType::F32 => "float",
        DType::F64 => "double",
        DType::C64 => "complex",
        DType::C128 => "double-complex",
        other => return Err(Error::unsupported(format!("OME holds no {other}"))),
    })
}

fn guessed_axes(shape: &[usize], stored: &Stored, metadata: &Metadata) -> Result<String> {
    let last = shape.len().checked_sub(3).and_then(|at| shape.get(at..));
    let inner = if stored.contig > 1 || last == Some(&[stored.length, stored.width, 1]) {
        "YXS"
    } else if stored.separate > 1 {
        "SYX"
    } else {
        "YX"
    };
    let order = metadata.get("DimensionOrder").and_then(Value::as_str);
    let order = order.filter(|order| order.len() == 5 && order.is_ascii());
    let outer: String = order.unwrap_or("XYCZT")[2..].chars().rev().collect();
    let (ndim, most) = (shape.len(), outer.len() + inner.len());
    if !(inner.len()..=most).contains(&ndim) {
        return Err(Error::unsupported(format!("OME holds no {ndim} axes")));
    }
    Ok(outer[most - ndim..].to_owned() + inner)
}

fn given_axes(axes: &str, shape: &[usize], stored: &Stored) -> Result<String> {
    let bad = |what: &str| {
        Err(Error::bad_option(format!(
            "axes {axes} of shape {shape:?}: {what}"
        )))
    };
    if axes.len() != shape.len() {
        return bad("each axis has one letter");
    }
    if !(axes.ends_with("YX") || axes.ends_with("YXS") || axes.ends_with("YXC")) {
        return bad("the last ones are YX or YXS");
    }
    let unknown = |(at, letter)| !"TZCYXSAPRHEQ".contains(letter) || axes[..at].contains(letter);
    if axes.char_indices().any(unknown) {
        return bad("a letter is unknown or twice there");
    }
    let at = if stored.contig > 1 {
        axes.len() - 1
    } else if stored.separate > 1 {
        axes.len() - 3
    } else {
        return Ok(axes.to_owned());
    };
    match axes.get(at..=at) {
        Some("S") => Ok(axes.to_owned()),
        Some("C") if !axes.contains('S') => Ok(axes.replace('C', "S")),
        _ => bad("samples are called S"),
    }
}

type Dimensions = (&'static str, [usize; 3], Vec<(char, &'static str, usize)>);

/// The order of dimensions, their sizes, and what lies inside others.
fn dimensions(axes: &str, shape: &[usize], metadata: &Metadata) -> Result<Dimensions> {
    let end = axes.find('Y').unwrap_or(0);
    let end = axes.find('S').map_or(end, |samples| samples.min(end));
    let outer: Vec<(char, usize)> = axes.chars().zip(shape.iter().copied()).take(end).collect();
    let mut plain = String::new();
    let mut modulo: Vec<(char, &'static str, usize)> = Vec::new();
    for (at, &(letter, size)) in outer.iter().enumerate() {
        let Some((_, name)) = MODULO.iter().find(|(known, _)| *known == letter) else {
            plain.push(letter);
            continue;
        };
        let before = at.checked_sub(1).and_then(|at| outer.get(at));
        let of = before
            .map(|(letter, _)| *letter)
            .filter(|it| "TZC".contains(*it));
        let free = |it: &char| !axes[..end].contains(*it) && !plain.contains(*it);
        let Some(of) = of.or_else(|| "TZC".chars().find(free)) else {
            return Err(Error::unsupported(format!(
                "axes {axes}: OME has no place for {letter}"
            )));
        };
        if !plain.contains(of) {
            plain.push(of);
        }
        modulo.push((of, name, size));
    }
    let fastest_first: String = plain.chars().rev().collect();
    let asked = metadata.get("DimensionOrder").and_then(Value::as_str);
    let known = ["XYCZT", "XYZCT", "XYZTC", "XYCTZ", "XYTCZ", "XYTZC"];
    let fits = |order: &&str| order.contains(&fastest_first);
    let asked = known.into_iter().find(|order| Some(*order) == asked);
    let Some(order) = asked.filter(fits).or_else(|| known.into_iter().find(fits)) else {
        return Err(Error::unsupported(format!(
            "axes {axes}: OME has no such order"
        )));
    };
    let size = |letter: char| {
        let found = outer.iter().find(|(axis, _)| *axis == letter);
        found.map_or(1, |(_, size)| *size)
    };
    let mut sizes = [1; 3];
    for (place, letter) in sizes.iter_mut().zip(order[2..].chars()) {
        *place = size(letter);
    }
    Ok((order, sizes, modulo))
}

/// Attributes of channel or plane `at`: from a list of maps, or from a map of lists.
fn some_attributes(xml: &mut String, from: Option<&Value>, at: usize, names: &[&str]) {
    let one = match from {
        Some(Value::List(all)) => all.get(at).and_then(Value::as_map),
        Some(Value::Map(map)) => Some(map),
        _ => None,
    };
    for name in names {
        let value = match one.and_then(|map| map.get(name)) {
            Some(Value::List(values)) => values.get(at),
            Some(value) if at == 0 || matches!(from, Some(Value::List(_))) => Some(value),
            _ => None,
        };
        if let Some(value) = value {
            attribute(xml, name, value);
        }
    }
}

fn attribute(xml: &mut String, name: &str, value: &Value) {
    if *value != Value::Null {
        let _ = write!(xml, " {name}=\"{}\"", escaped(&value.to_string()));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
