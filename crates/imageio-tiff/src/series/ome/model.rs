//! OME-XML: the images of a data set, and where their planes are.

use std::collections::HashMap;

use imageio_core::{Error, Result};
use roxmltree::{Document, Node};

/// What OME-XML says of images and files.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// Name of this file in the data set.
    pub(super) uuid: Option<String>,
    pub(super) images: Vec<Image>,
    /// Axes hidden in others, by the name of the annotation.
    pub(super) modulo: HashMap<String, Vec<Modulo>>,
}

/// One image.
#[derive(Debug, Default)]
pub(super) struct Image {
    pub(super) name: String,
    /// The annotation that it refers to.
    pub(super) annotation: Option<String>,
    /// Axes, slowest first.
    pub(super) axes: String,
    pub(super) shape: Vec<usize>,
    /// Samples of a pixel.
    pub(super) samples: usize,
    /// Physical size of a pixel along axes.
    pub(super) spacing: Vec<(char, f64)>,
    pub(super) planes: Vec<Planes>,
}

/// Some planes that follow each other in a file.
#[derive(Debug)]
pub(super) struct Planes {
    /// Number of the first one in the image.
    pub(super) position: usize,
    /// Page of the first one in its file.
    pub(super) ifd: usize,
    /// Number of planes; 0 for all pages of the file.
    pub(super) count: usize,
    /// Which file, where that is said.
    pub(super) file: Option<File>,
}

/// A file of the data set.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) uuid: String,
    pub(super) name: String,
}

/// An axis that is hidden in another: `axis` is made up of steps of `size` along `inner`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Modulo {
    pub(super) axis: char,
    pub(super) inner: char,
    pub(super) size: usize,
}

impl Model {
    /// What the document says. Planes that cannot be are reported to `warn` and left out.
    pub(super) fn of(document: &Document<'_>, warn: &dyn Fn(String)) -> Result<Self> {
        let root = document.root_element();
        let mut model = Model {
            uuid: root.attribute("UUID").map(str::to_owned),
            ..Model::default()
        };
        for element in root.children().filter(Node::is_element) {
            match element.tag_name().name() {
                "BinaryOnly" => break,
                "StructuredAnnotations" => model.modulo.extend(modulos(element)),
                "Image" => {
                    let pixels = children(element, "Pixels");
                    for pixels in pixels {
                        model.images.push(image(element, pixels, warn)?);
                    }
                }
                _ => {}
            }
        }
        Ok(model)
    }
}

fn children<'a, 'b>(node: Node<'a, 'b>, name: &str) -> impl Iterator<Item = Node<'a, 'b>> {
    let is_one = move |child: &Node<'a, 'b>| child.is_element() && child.tag_name().name() == name;
    node.children().filter(is_one)
}

fn number(node: Node<'_, '_>, key: &str) -> Result<Option<usize>> {
    let text = node.attribute(key).map(str::trim);
    let number = text.map(|text| {
        text.parse()
            .map_err(|_| Error::corrupt(format!("{} with {key} {text:?}", node.tag_name().name())))
    });
    number.transpose()
}

fn image(element: Node<'_, '_>, pixels: Node<'_, '_>, warn: &dyn Fn(String)) -> Result<Image> {
    let order = pixels.attribute("DimensionOrder").unwrap_or("XYCZT");
    let mut image = Image {
        name: element.attribute("Name").unwrap_or_default().to_owned(),
        annotation: children(element, "AnnotationRef")
            .next()
            .and_then(|node| node.attribute("ID"))
            .map(str::to_owned),
        axes: order.chars().rev().collect(),
        samples: 1,
        ..Image::default()
    };
    if order.len() != 5 || !order.starts_with("XY") {
        return Err(Error::corrupt(format!("DimensionOrder {order:?}")));
    }
    for axis in image.axes.chars() {
        let size = number(pixels, &format!("Size{axis}"))?;
        let size = size.ok_or_else(|| Error::corrupt(format!("no Size{axis}")))?;
        image.shape.push(size);
    }
    set_samples(&mut image, pixels)?;
    for axis in ['Z', 'Y', 'X'] {
        let size = pixels.attribute(format!("PhysicalSize{axis}").as_str());
        let size = size.and_then(|text| text.trim().parse().ok());
        image.spacing.extend(size.map(|size: f64| (axis, size)));
    }
    for data in children(pixels, "TiffData") {
        match planes(&image, data)? {
            Some(planes) => image.planes.push(planes),
            // ImageJ writes such when it crops.
            None => warn("OME: TiffData outside the image".to_owned()),
        }
    }
    Ok(image)
}

/// Samples of a pixel, which count as channels too.
fn set_samples(image: &mut Image, pixels: Node<'_, '_>) -> Result<()> {
    for (n, channel) in children(pixels, "Channel").enumerate() {
        let samples = number(channel, "SamplesPerPixel")?.unwrap_or(1).max(1);
        if n == 0 {
            image.samples = samples;
        } else if samples != image.samples {
            return Err(Error::unsupported("channels of differing SamplesPerPixel"));
        }
    }
    for (axis, len) in image.axes.chars().zip(&mut image.shape) {
        if axis == 'C' {
            *len /= image.samples;
        }
    }
    Ok(())
}

/// The planes that a `TiffData` means; nothing where they lie outside the image.
fn planes(image: &Image, data: Node<'_, '_>) -> Result<Option<Planes>> {
    let ifd = number(data, "IFD")?;
    let count = match (number(data, "PlaneCount")?, number(data, "NumPlanes")?) {
        (Some(count), _) | (None, Some(count)) => count,
        (None, None) => usize::from(ifd.is_some()),
    };
    let mut position = 0usize;
    for (axis, &len) in image.axes.chars().zip(&image.shape).take(3) {
        let first = number(data, &format!("First{axis}"))?.unwrap_or(0);
        if first >= len {
            return Ok(None);
        }
        position = position.saturating_mul(len).saturating_add(first);
    }
    let file = children(data, "UUID").next().map(|uuid| File {
        uuid: uuid.text().unwrap_or_default().trim().to_owned(),
        name: uuid.attribute("FileName").unwrap_or_default().to_owned(),
    });
    Ok(Some(Planes {
        position,
        ifd: ifd.unwrap_or(0),
        count,
        file,
    }))
}

/// Axes hidden in others, by annotation.
fn modulos(annotations: Node<'_, '_>) -> HashMap<String, Vec<Modulo>> {
    let mut all = HashMap::new();
    for annotation in annotations.children().filter(Node::is_element) {
        let space = annotation.attribute("Namespace").unwrap_or_default();
        let Some(id) = annotation
            .attribute("ID")
            .filter(|_| space.ends_with("modulo"))
        else {
            continue;
        };
        let along = annotation.descendants().filter_map(modulo);
        all.insert(id.to_owned(), along.collect());
    }
    all
}

fn modulo(node: Node<'_, '_>) -> Option<Modulo> {
    let axis = node.tag_name().name().strip_prefix("ModuloAlong")?;
    let inner = match node.attribute("Type").unwrap_or("other") {
        "angle" => 'A',
        "phase" => 'P',
        "tile" => 'R',
        "lifetime" => 'H',
        "lambda" => 'E',
        _ => 'Q',
    };
    let float = |key: &str| node.attribute(key)?.trim().parse::<f64>().ok();
    let size = match float("Start").zip(float("End")) {
        Some((start, end)) => {
            let step = float("Step").unwrap_or(1.0);
            // As many as `start`, `start + step`, … up to `end`.
            ((end - start) / step + 1.0).ceil()
        }
        None => children(node, "Label").count() as f64,
    };
    let is_size = (1.0..1e9).contains(&size);
    is_size.then_some(Modulo {
        axis: axis.chars().next()?,
        inner,
        size: size as usize,
    })
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::*;
    use crate::metadata::xml;

    fn model(inner: &str) -> Result<Model> {
        let text = format!("<OME UUID=\"u\">{inner}</OME>");
        xml::parse(&Limits::new(), &text, |document| {
            Model::of(document, &|_| {})
        })
    }

    // checklist: E-145
    #[test]
    fn images_have_axes_and_planes() {
        let model = model(
            "<Image Name=\"n\"><Pixels DimensionOrder=\"XYZCT\" SizeX=\"7\" SizeY=\"5\" SizeZ=\"2\" SizeC=\"6\" \
             SizeT=\"4\"><Channel SamplesPerPixel=\"3\"/><Channel SamplesPerPixel=\"3\"/>\
             <TiffData FirstZ=\"1\" FirstC=\"1\" FirstT=\"2\" IFD=\"9\"/>\
             <TiffData FirstT=\"4\"/></Pixels></Image>",
        )
        .unwrap();
        let [image] = &model.images[..] else {
            panic!("not one image");
        };
        assert_eq!(
            (image.axes.as_str(), &image.shape[..]),
            ("TCZYX", &[4, 2, 2, 5, 7][..])
        );
        assert_eq!((image.name.as_str(), image.samples), ("n", 3));
        let [planes] = &image.planes[..] else {
            panic!("not one block of planes");
        };
        assert_eq!((planes.position, planes.ifd, planes.count), (11, 9, 1));
    }

    #[test]
    fn hidden_axes_are_counted() {
        let annotation = |inner: &str| {
            let text = format!(
                "<StructuredAnnotations><XMLAnnotation ID=\"A:0\" Namespace=\"x/modulo\"><Value><Modulo>{inner}\
                 </Modulo></Value></XMLAnnotation></StructuredAnnotations>"
            );
            model(&text).unwrap().modulo.remove("A:0").unwrap()
        };
        let of = |axis, inner, size| vec![Modulo { axis, inner, size }];
        assert_eq!(
            annotation("<ModuloAlongT Type=\"phase\" Start=\"0\" Step=\"2\" End=\"9\"/>"),
            of('T', 'P', 6)
        );
        assert_eq!(
            annotation(
                "<ModuloAlongZ Type=\"angle\"><Label>a</Label><Label>b</Label></ModuloAlongZ>"
            ),
            of('Z', 'A', 2)
        );
    }
}
