//! Of which kind a page, or a file, is.

use crate::document::Texts;
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;

/// What Python's `is_…` keys say of a page, in the order of its documentation, and after them those of later
/// releases.
pub(super) fn of_page(
    source: &Source,
    page: &Page,
    texts: &Texts,
) -> impl Iterator<Item = (&'static str, bool)> + use<> {
    let has = |tag| page.ifd.has(tag);
    let has_all = |list: &[u16]| list.iter().all(|&tag| has(tag));
    let (is_ome, is_stk) = (
        texts.ome().is_some(),
        has(tags::UIC1_TAG) || has(tags::UIC2_TAG),
    );
    let is_palette = page.photometric == 3 && !is_ome && !is_stk;
    let description = texts.description.as_str();
    let software = texts.software.as_str();
    [
        ("is_fluoview", has(tags::MM_STAMP)),
        ("is_nih", has(tags::NIH_IMAGE_HEADER)),
        ("is_contig", !page.planar),
        ("is_micromanager", has(tags::MICRO_MANAGER_METADATA)),
        ("is_ome", is_ome),
        ("is_lsm", has(tags::CZ_LSM_INFO)),
        ("is_palette", is_palette),
        ("is_reduced", page.is_reduced()),
        ("is_rgb", page.photometric == 2),
        ("is_sgi", has_all(&[tags::IMAGE_DEPTH, tags::TILE_DEPTH])),
        ("is_shaped", texts.shaped().is_some()),
        ("is_stk", is_stk),
        ("is_tiled", page.tile.is_some()),
        ("is_mdgel", has(tags::MD_FILE_TAG)),
        ("is_mediacy", is_mediacy(source, page)),
        ("is_imagej", texts.imagej().is_some()),
        ("is_geotiff", has(34735)),
        ("is_gdal", has(42112)),
        ("is_fei", has(34680) || has(34682)),
        ("is_sem", has(34118)),
        ("is_sis", has(33560) || has(33471)),
        ("is_ndpi", has_all(&[65420, 271])),
        ("is_svs", description.starts_with("Aperio ")),
        ("is_scn", description.ends_with("</scn>")),
        ("is_bif", is_ventana(page, texts)),
        ("is_qpi", software.starts_with("PerkinElmer-QPI")),
        ("is_dng", has(50706)),
    ]
    .into_iter()
}

/// Whether a page with XMP is one of Ventana's.
fn is_ventana(page: &Page, texts: &Texts) -> bool {
    const PICTURES: [&str; 3] = ["Label Image", "Label_Image", "Probability_Image"];
    let (software, description) = (texts.software.as_str(), texts.description.as_str());
    page.ifd.has(700)
        && (software.contains("Ventana")
            || software.starts_with("ScanOutputManager")
            || PICTURES.contains(&description))
}

/// Whether the tag of Media Cybernetics says so.
fn is_mediacy(source: &Source, page: &Page) -> bool {
    let id = page.ifd.get(tags::MC_ID);
    let bytes = id.and_then(|entry| source.bytes(entry).ok());
    bytes.is_some_and(|bytes| bytes.starts_with(b"MC TIFF"))
}
