//! The catalogue of extensions and plugin names: data that ships with the library.

use std::borrow::Cow;

mod plugins;
mod table;

/// One row of the extension table.
struct FormatRow(
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
);

/// One row of the plugin table.
struct PluginRow(&'static str, &'static str, &'static str);

pub(crate) use plugins::READS_FOLDERS;

/// A format that claims an extension, with its plugins from first to last choice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileExtension {
    /// Extension in lower case with its dot.
    pub extension: Cow<'static, str>,
    /// Name of the format; empty where it has none.
    pub name: Cow<'static, str>,
    /// Names of plugins, first choice first. Registered or not.
    pub priority: Vec<Cow<'static, str>>,
    /// Whether a file can hold a volume.
    pub volume_support: bool,
    /// Whether it counts as video.
    pub video: bool,
    /// A page that describes the format; empty where there is none.
    pub external_link: Cow<'static, str>,
    default_priority: Vec<Cow<'static, str>>,
}

impl FileExtension {
    /// A format called `name` that claims `extension` and is served by `plugins`, first choice first.
    pub fn new<P: Into<Cow<'static, str>>>(
        extension: &str,
        name: impl Into<Cow<'static, str>>,
        plugins: impl IntoIterator<Item = P>,
    ) -> Self {
        let priority: Vec<_> = plugins.into_iter().map(Into::into).collect();
        FileExtension {
            extension: normalise(extension).into(),
            name: name.into(),
            default_priority: priority.clone(),
            priority,
            volume_support: false,
            video: false,
            external_link: Cow::Borrowed(""),
        }
    }

    /// The priority list as it was at first.
    pub fn default_priority(&self) -> &[Cow<'static, str>] {
        &self.default_priority
    }

    /// Restores the priority list to what it was at first.
    pub fn reset(&mut self) {
        self.priority.clone_from(&self.default_priority);
    }

    fn from_row(row: &FormatRow) -> Self {
        let FormatRow(extension, name, priority, marks, link) = row;
        let mut format = FileExtension::new(extension, *name, priority.iter().copied());
        format.volume_support = marks.contains('v');
        format.video = marks.contains('m');
        format.external_link = Cow::Borrowed(link);
        format
    }
}

/// What is known of a plugin, whether or not it is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownPlugin {
    /// Its name.
    pub name: &'static str,
    /// Letters of the v2 image modes it serves, of `iIvV`.
    pub image_modes: &'static str,
    /// The feature of `imageio-rs` that brings it.
    pub feature: &'static str,
}

/// Every plugin that ImageIO knows, in search order.
pub fn known_plugins() -> impl ExactSizeIterator<Item = KnownPlugin> {
    plugins::ROWS
        .iter()
        .map(|&PluginRow(name, image_modes, feature)| KnownPlugin {
            name,
            image_modes,
            feature,
        })
}

/// What is known of the plugin called `name`.
pub fn known_plugin(name: &str) -> Option<KnownPlugin> {
    known_plugins().find(|plugin| plugin.name.eq_ignore_ascii_case(name))
}

/// Every row of the extension table, sorted by extension.
pub fn known_formats() -> impl ExactSizeIterator<Item = FileExtension> {
    table::ROWS.iter().map(FileExtension::from_row)
}

/// The rows of one extension as the table has them.
pub(crate) fn known_formats_of(extension: &str) -> Vec<FileExtension> {
    rows_of(extension)
        .iter()
        .map(FileExtension::from_row)
        .collect()
}

/// Plugin names of one extension as the table has them, without building the rows.
pub(crate) fn known_priority_of(extension: &str) -> impl Iterator<Item = &'static str> {
    rows_of(extension)
        .iter()
        .flat_map(|row| row.2.iter().copied())
}

/// Position of a plugin in search order; after all known ones for an unknown plugin.
pub(crate) fn search_position(name: &str) -> usize {
    plugins::ROWS
        .iter()
        .position(|row| row.0 == name)
        .unwrap_or(plugins::ROWS.len())
}

/// An extension in lower case with one leading dot.
pub(crate) fn normalise(extension: &str) -> String {
    format!(".{}", extension.trim_start_matches('.').to_lowercase())
}

fn rows_of(extension: &str) -> &'static [FormatRow] {
    let start = table::ROWS.partition_point(|row| row.0 < extension);
    let len = table::ROWS[start..].partition_point(|row| row.0 == extension);
    &table::ROWS[start..start + len]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    // checklist: D-016, D-018, D-025
    #[test]
    fn the_table_is_sorted_and_names_known_plugins() {
        assert!(table::ROWS.is_sorted_by_key(|row| row.0));
        assert_eq!(table::ROWS.len(), 368);
        for row in table::ROWS {
            assert_eq!(normalise(row.0), row.0);
            assert!(
                row.2
                    .iter()
                    .all(|name| known_plugin(name).is_some_and(|known| known.name == *name)),
                "{}",
                row.0
            );
        }
        let most = table::ROWS.iter().map(|row| rows_of(row.0).len()).max();
        assert_eq!(most, Some(5));
        assert!(table::ROWS.iter().filter(|row| row.1.is_empty()).count() >= 69);
    }

    // checklist: D-004, D-005, D-006, D-008
    #[test]
    fn the_plugin_table_is_complete_and_in_order() {
        let names: Vec<_> = known_plugins().map(|plugin| plugin.name).collect();
        assert_eq!(names.len(), 96 + 3);
        assert_eq!(names[..4], ["pillow", "pyav", "TIFF", "BMP-PIL"]);
        assert_eq!(
            names.iter().filter(|name| name.ends_with("-PIL")).count(),
            41
        );
        assert_eq!(
            names.iter().filter(|name| name.ends_with("-FI")).count(),
            36
        );
        let after_pillow: Vec<_> = names
            .iter()
            .skip_while(|name| **name != "FFMPEG")
            .take(10)
            .copied()
            .collect();
        assert_eq!(
            after_pillow,
            [
                "FFMPEG", "BSDF", "DICOM", "FEI", "FITS", "GDAL", "ITK", "NPZ", "SPE", "SWF"
            ]
        );
        let modes = |name: &str| known_plugin(name).map(|plugin| plugin.image_modes);
        assert_eq!(modes("GIF-PIL"), Some("iI"));
        assert_eq!(modes("PNG-PIL"), Some("i"));
        assert_eq!(modes("ICO-FI"), Some("iI"));
        assert_eq!(modes("FEI"), Some("iv"));
        assert_eq!(modes("SPE"), Some("iIvV"));
        assert_eq!(modes("FFMPEG"), Some("I"));
        assert!(!names.contains(&"MNG-FI") && !names.contains(&"MPEG-PIL"));
    }

    // checklist: D-019
    #[test]
    fn some_plugins_are_reached_by_name_alone() {
        let listed: BTreeSet<_> = table::ROWS.iter().flat_map(|row| row.2).collect();
        let unlisted: Vec<_> = known_plugins()
            .map(|p| p.name)
            .filter(|name| !listed.contains(name))
            .collect();
        assert_eq!(
            unlisted,
            [
                "SCREENGRAB",
                "CLIPBOARDGRAB",
                "GIF-FI",
                "PBM-FI",
                "PBMRAW-FI"
            ]
        );
    }

    // checklist: D-021, D-022, D-023, D-024, D-028
    #[test]
    fn priorities_are_the_documented_ones() {
        let of = |extension: &str| {
            let mut names: Vec<_> = known_priority_of(extension).collect();
            names.dedup();
            names.join(" ")
        };
        assert_eq!(of(".png"), "pillow PNG-PIL PNG-FI ITK pyav opencv");
        assert_eq!(of(".gif"), "pillow GIF-PIL pyav");
        assert_eq!(of(".mkv"), "FFMPEG pyav");
        assert_eq!(of(".mpg"), "pillow FFMPEG pyav");
        assert_eq!(of(".avi"), "FFMPEG pyav");
        assert_eq!(of(".dcm"), "DICOM ITK");
        assert_eq!(
            of(".tif"),
            "tifffile TIFF pillow TIFF-PIL TIFF-FI FEI ITK GDAL pyav opencv"
        );
        assert_eq!(of(".fits"), "FITS pillow FITS-PIL pyav");
        assert_eq!(of(".pcx"), "pillow PCX-FI PCX-PIL pyav");
        assert_eq!(of(".imt"), "pillow IMT-PIL");
        assert!(of(".pbm").starts_with("pillow"));
        assert!(of(".jif").starts_with("pillow"));
        assert!(of(".sgi").contains("SGI-FI") && of(".pgm").contains("PPM-PIL"));
        for later in [".dip", ".qpi", ".ndpi", ".btf", ".heic", ".avif"] {
            assert!(!of(later).is_empty(), "{later}");
        }
        assert_eq!(of(".h264"), "pyav FFMPEG");
        assert_eq!(of(".no-such"), "");
    }

    // checklist: D-014, D-015, D-020
    #[test]
    fn rows_carry_their_marks_and_can_be_reset() {
        let volumes: Vec<_> = known_formats()
            .filter(|f| f.volume_support)
            .map(|f| f.extension)
            .collect();
        assert_eq!(volumes, [".npz", ".tif", ".tiff"]);
        let videos: Vec<_> = known_formats()
            .filter(|f| f.video)
            .map(|f| f.extension)
            .collect();
        assert_eq!(videos.len(), 116);
        assert!(videos.is_sorted());
        let mut format = known_formats_of(".gif").remove(0);
        format.priority.reverse();
        assert_ne!(format.priority, format.default_priority());
        format.reset();
        assert_eq!(format.priority, format.default_priority());
    }
}
