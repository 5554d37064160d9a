//! Headers as metadata: keywords in order, with their comments.

use imageio_core::{Metadata, Value};

use crate::format::card::Card;
use crate::format::hdu::{Hdu, Kind};
use crate::format::header::Header;
use crate::options::FitsReadOptions;

/// Keywords of a table that an image in tiles has under another name (section 10.1).
const MOVED: [(&str, &str); 10] = [
    ("ZSIMPLE", "SIMPLE"),
    ("ZTENSION", "XTENSION"),
    ("ZBITPIX", "BITPIX"),
    ("ZNAXIS", "NAXIS"),
    ("ZEXTEND", "EXTEND"),
    ("ZBLOCKED", "BLOCKED"),
    ("ZPCOUNT", "PCOUNT"),
    ("ZGCOUNT", "GCOUNT"),
    ("ZHECKSUM", "CHECKSUM"),
    ("ZDATASUM", "DATASUM"),
];

/// What is known of an image.
pub(crate) fn of_image(hdu: &Hdu, exclude_applied: bool, options: &FitsReadOptions) -> Metadata {
    let is_tiled = hdu.kind == Kind::Tiles && !options.disable_image_compression;
    let mut metadata = if is_tiled {
        of_tiles(&hdu.header)
    } else {
        of_cards(hdu.header.cards().iter())
    };
    if exclude_applied && !options.do_not_scale_image_data {
        metadata.remove("BSCALE");
        metadata.remove("BZERO");
        if !options.ignore_blank {
            metadata.remove("BLANK");
        }
    }
    if options.drops_sums() {
        metadata.remove("CHECKSUM");
        metadata.remove("DATASUM");
    }
    metadata
}

/// The first header of a file, and a list of its units under `hdus`.
pub(crate) fn of_file(hdus: &[Hdu], options: &FitsReadOptions) -> Metadata {
    let mut metadata = hdus
        .first()
        .map(|hdu| of_image(hdu, false, options))
        .unwrap_or_default();
    let units: Vec<Value> = hdus.iter().map(|hdu| unit(hdu, options).into()).collect();
    metadata.insert("hdus", units);
    metadata
}

/// The same on one line.
pub(crate) fn unit_line(hdu: &Hdu, options: &FitsReadOptions) -> String {
    let unit = unit(hdu, options);
    let mut line = Vec::new();
    let is_empty = !unit.contains_key("shape") && matches!(hdu.kind, Kind::Image | Kind::Groups);
    for key in ["name", "version", "kind", "shape", "stored"] {
        match unit.get(key) {
            None | Some(Value::Null) => {}
            Some(_) if key == "kind" && is_empty => line.push("empty".to_owned()),
            Some(Value::List(axes)) => {
                let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
                line.push(axes.join("x"));
            }
            Some(value) => line.push(value.to_string()),
        }
    }
    line.join(" ")
}

fn unit(hdu: &Hdu, options: &FitsReadOptions) -> Metadata {
    let mut unit = Metadata::new();
    let kind = match hdu.kind {
        Kind::Image => "image",
        Kind::Groups => "groups",
        Kind::Tiles if !options.disable_image_compression => "compressed image",
        Kind::Tiles | Kind::Other => hdu.header.text("XTENSION").map_or("other", str::trim_end),
    };
    unit.insert("name", hdu.header.text("EXTNAME"));
    unit.insert(
        "version",
        hdu.header.get("EXTVER").cloned().unwrap_or_default(),
    );
    unit.insert("kind", kind);
    if let Ok(Some(picture)) = hdu.picture(!options.disable_image_compression) {
        let shape: Vec<Value> = picture.shape.iter().map(|&len| len.into()).collect();
        unit.insert("shape", shape);
        unit.insert("stored", picture.stored.dtype().name());
    }
    unit
}

/// Keywords and values; comments under `comments`. What stands several times becomes a list.
fn of_cards<'a>(cards: impl Iterator<Item = &'a Card>) -> Metadata {
    let mut metadata = Metadata::new();
    let mut comments = Metadata::new();
    for card in cards {
        let keyword = card.keyword.as_str();
        if card.is_commentary() {
            if keyword.is_empty() && card.value.as_str() == Some("") {
                continue;
            }
            let mut lines = match metadata.get(keyword) {
                Some(Value::List(lines)) => lines.clone(),
                _ => Vec::new(),
            };
            lines.push(card.value.clone());
            metadata.insert(keyword, lines);
            continue;
        }
        // The first counts, as for everyone who asks for a keyword.
        if metadata.contains_key(keyword) {
            continue;
        }
        metadata.insert(keyword, card.value.clone());
        if !card.comment.is_empty() {
            comments.insert(keyword, card.comment.as_str());
        }
    }
    if !comments.is_empty() {
        metadata.insert("comments", comments);
    }
    metadata
}

/// The header of an image as it was before it became a table of tiles.
fn of_tiles(header: &Header) -> Metadata {
    let mut cards: Vec<Card> = Vec::new();
    let moved = |keyword: &str| {
        let digits = keyword.trim_start_matches(|c: char| !c.is_ascii_digit());
        let stem = &keyword[..keyword.len() - digits.len()];
        let plain = MOVED.iter().find(|(from, _)| *from == stem)?.1;
        (digits.is_empty() || plain == "NAXIS").then(|| format!("{plain}{digits}"))
    };
    for structural in [true, false] {
        for card in header.cards() {
            let name = moved(&card.keyword);
            let early = name.as_deref().is_some_and(|name| !name.ends_with("SUM"));
            if early != structural || (name.is_none() && is_of_table(&card.keyword)) {
                continue;
            }
            if card.keyword == "EXTNAME" && card.value.as_str() == Some("COMPRESSED_IMAGE") {
                continue;
            }
            let keyword = name.unwrap_or_else(|| card.keyword.clone());
            cards.push(Card {
                keyword,
                ..card.clone()
            });
        }
    }
    let is_first = cards.iter().any(|card| card.keyword == "SIMPLE");
    if !is_first && !cards.iter().any(|card| card.keyword == "XTENSION") {
        let card = Card {
            keyword: "XTENSION".to_owned(),
            value: "IMAGE".into(),
            comment: String::new(),
        };
        cards.insert(0, card);
    }
    let mut metadata = of_cards(cards.iter());
    let mut compression = Metadata::new();
    for (name, keyword) in [
        ("type", "ZCMPTYPE"),
        ("quantize_method", "ZQUANTIZ"),
        ("dither_seed", "ZDITHER0"),
    ] {
        if let Some(value) = header.get(keyword) {
            compression.insert(name, value.clone());
        }
    }
    metadata.insert("compression", compression);
    metadata
}

/// Whether a keyword belongs to tile compression alone.
pub(crate) fn is_of_tiles(keyword: &str) -> bool {
    keyword.starts_with('Z')
        && (is_of_table(keyword) || MOVED.iter().any(|(from, _)| *from == keyword))
}

/// Whether a keyword speaks of the table or of the compression.
fn is_of_table(keyword: &str) -> bool {
    const TABLE: [&str; 17] = [
        "TTYPE", "TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TBCOL", "TDIM", "TCTYP",
        "TCUNI", "TCRPX", "TCRVL", "TCDLT", "TRPOS", "NAXIS", "ZTILE",
    ];
    const SINGLE: [&str; 22] = [
        "XTENSION", "BITPIX", "PCOUNT", "GCOUNT", "TFIELDS", "THEAP", "CHECKSUM", "DATASUM",
        "ZIMAGE", "ZCMPTYPE", "ZMASKCMP", "ZQUANTIZ", "ZDITHER0", "ZBLANK", "ZSCALE", "ZZERO",
        "SIMPLE", "NAXIS", "ZNAME", "ZVAL", "END", "EXTEND",
    ];
    let stem = keyword.trim_end_matches(|c: char| c.is_ascii_digit());
    let counted = stem.len() < keyword.len();
    SINGLE.contains(&keyword)
        || (counted && (TABLE.contains(&stem) || stem == "ZNAME" || stem == "ZVAL"))
}
