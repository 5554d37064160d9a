//! Image resources of Photoshop, from metadata to blocks (Adobe Photoshop File Formats, "Image Resource Blocks").

use imageio_core::{Metadata, Value};

/// The resources as blocks, put together to parts of at most `room` bytes. What is no resource is left out.
pub(super) fn parts(resources: &Metadata, room: usize) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let blocks = resources
        .iter()
        .filter_map(|(name, value)| block(name, value));
    for block in blocks.filter(|block| block.len() <= room) {
        match parts.last_mut() {
            Some(last) if last.len() + block.len() <= room => last.extend(block),
            _ => parts.push(block),
        }
    }
    parts
}

/// One resource without a name.
fn block(number: &str, value: &Value) -> Option<Vec<u8>> {
    let number: u16 = number.parse().ok()?;
    let data = match value {
        Value::Bytes(data) => data.clone(),
        Value::Map(map) => resolution(map)?,
        _ => return None,
    };
    let mut block = b"8BIM".to_vec();
    block.extend(number.to_be_bytes());
    block.extend([0, 0]);
    block.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    block.extend(&data);
    if data.len() % 2 == 1 {
        block.push(0);
    }
    Some(block)
}

/// The resolution resource; sizes of the picture are shown in inches, for which metadata has no key.
fn resolution(map: &Metadata) -> Option<Vec<u8>> {
    const INCHES: u16 = 1;
    let mut data = Vec::new();
    for axis in ["X", "Y"] {
        let dots = map.get(&format!("{axis}Resolution"))?.as_f64()? * 65536.0;
        let dots = dots.round();
        if !(0.0..=f64::from(u32::MAX)).contains(&dots) {
            return None;
        }
        let unit = map.get(&format!("DisplayedUnits{axis}"))?.as_i64()?;
        data.extend((dots as u32).to_be_bytes());
        data.extend(u16::try_from(unit).ok()?.to_be_bytes());
        data.extend(INCHES.to_be_bytes());
    }
    Some(data)
}
