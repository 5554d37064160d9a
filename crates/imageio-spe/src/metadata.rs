//! Header and footer as metadata, under the names that Python ImageIO gives them.

use imageio_core::{Metadata, Value};

use crate::format::header::{Content, FIELDS, Header, Roi};
use crate::format::sdt::{Version, date_time};
use crate::format::text::until_nul;
use crate::options::SpeReadOptions;

/// Names that the manual gives to fields, and the ones they have.
const ALIASES: [(&str, &str); 2] = [
    ("amp_hi_cap_low_noise", "amp_high_cap_low_noise"),
    ("exp_sec", "exposure_sec"),
];

/// What the header says. Each thing that cannot be read is told to `warn`.
pub(crate) fn of_header(
    header: &Header,
    options: &SpeReadOptions,
    warn: &mut dyn FnMut(String),
) -> Metadata {
    let mut metadata = Metadata::new();
    metadata.insert(
        "ROIs",
        header.rois().iter().map(region).collect::<Vec<Value>>(),
    );
    for field in FIELDS {
        metadata.insert(
            field.name,
            value(header.content(field), field.name, options, warn),
        );
    }
    for (name, pair) in header.pairs() {
        metadata.insert(name, pair);
    }
    let geometric = header.geometric().into_iter().map(Value::from);
    metadata.insert("geometric", geometric.collect::<Vec<_>>());
    metadata.insert("frame_shape", [header.height(), header.width()]);
    if options.sdt_control.unwrap_or(options.sdt_meta) {
        apply_sdt_control(&mut metadata, header, options, warn);
    }
    for (alias, name) in ALIASES {
        if let Some(value) = metadata.get(name).cloned() {
            metadata.insert(alias, value);
        }
    }
    metadata
}

fn region(roi: &Roi) -> Value {
    let corners = [
        ("top_left", roi.top_left),
        ("bottom_right", roi.bottom_right),
        ("bin", roi.bin),
    ];
    Value::Map(corners.into_iter().collect())
}

fn value(
    content: Content<'_>,
    name: &str,
    options: &SpeReadOptions,
    warn: &mut dyn FnMut(String),
) -> Value {
    let mut undecoded = |bytes: Value| {
        let encoding = options.char_encoding.name();
        warn(format!(
            "`{name}` is not {encoding}, its bytes are kept; see option `char_encoding`"
        ));
        bytes
    };
    let decode = |bytes: &[u8]| options.char_encoding.decode(bytes).map(Value::from);
    match content {
        Content::Int(value) => value.into(),
        Content::Float(value) => value.into(),
        Content::Flag(value) => value.into(),
        Content::Bytes(bytes) => bytes.into(),
        Content::Name(name) => name.into(),
        Content::Text(bytes) => decode(bytes).unwrap_or_else(|| undecoded(bytes.into())),
        // One comment that cannot be decoded puts the encoding of all in doubt.
        Content::Texts(texts) => {
            match texts
                .iter()
                .map(|bytes| decode(bytes))
                .collect::<Option<Vec<_>>>()
            {
                Some(decoded) => decoded.into(),
                None => undecoded(
                    texts
                        .into_iter()
                        .map(Value::from)
                        .collect::<Vec<_>>()
                        .into(),
                ),
            }
        }
    }
}

/// Replaces the fields that SDT-control uses for its own ends by what they mean to it.
fn apply_sdt_control(
    metadata: &mut Metadata,
    header: &Header,
    options: &SpeReadOptions,
    warn: &mut dyn FnMut(String),
) {
    let decode = |bytes: &[u8]| options.char_encoding.decode(bytes);
    // Columns count from the start of a comment, so NULs inside it must stay in their places.
    let comments: Option<Vec<String>> = header.comments().into_iter().map(decode).collect();
    let Some(comments) = comments else { return };
    let Some(version) = Version::of(&comments) else {
        return;
    };
    if !version.is_known() {
        let Version { major, minor } = version;
        warn(format!(
            "SDT-control metadata of version {major}.{minor:02}; known are 5.00 and 5.01"
        ));
    }
    for field in version.fields() {
        let value = field.value(&comments);
        if value.is_none() {
            let text = field.text(&comments);
            warn(format!(
                "SDT-control field `{}` cannot be read from {text:?}",
                field.name
            ));
        }
        metadata.insert(field.name, value);
    }
    let comment: String = [0, 2]
        .iter()
        .filter_map(|&n| comments.get(n))
        .map(|text| before_nul(text))
        .collect();
    metadata.insert("comment", comment.trim());
    metadata.remove("comments");
    apply_date(metadata);
    apply_script(metadata, options, warn);
    // SDT-control leaves these without meaning.
    metadata.remove("time_utc");
    metadata.remove("exposure_sec");
}

fn before_nul(text: &str) -> &str {
    text.split('\0').next().unwrap_or_default()
}

/// Joins date and time, which stay where they make no date.
fn apply_date(metadata: &mut Metadata) {
    let text = |name| metadata.get(name).and_then(Value::as_str);
    let joined = text("date")
        .zip(text("time_local"))
        .and_then(|(date, time)| date_time(date, time));
    if let Some(joined) = joined {
        metadata.insert("datetime", joined);
        metadata.remove("date");
        metadata.remove("time_local");
    }
}

/// Decodes the script of the laser modulation; its bytes stay where it cannot be.
fn apply_script(metadata: &mut Metadata, options: &SpeReadOptions, warn: &mut dyn FnMut(String)) {
    let bytes = metadata
        .get("spare_4")
        .and_then(Value::as_bytes)
        .unwrap_or_default();
    if let Some(script) = options.char_encoding.decode(until_nul(bytes)) {
        metadata.insert("modulation_script", script);
        metadata.remove("spare_4");
        return;
    }
    let encoding = options.char_encoding.name();
    warn(format!(
        "the modulation script in `spare_4` is not {encoding}; see option `char_encoding`"
    ));
}
