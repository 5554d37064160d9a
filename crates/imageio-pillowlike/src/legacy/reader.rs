//! Reading by the older rules.

use imageio_core::{
    Applied, DType, ImageProperties, Index, Metadata, NdImage, Request, Result, Value, Window,
};

use super::Kind;
use crate::convert;
use crate::format::{Mode, exif};
use crate::options::{PillowMode, PillowReadOptions};
use crate::reader::PillowReader;

/// What the options of an older name ask for.
#[derive(Clone, Copy, Default)]
pub(crate) struct ReadPlan {
    pub(super) pilmode: Option<PillowMode>,
    pub(super) as_gray: bool,
    pub(super) rotate: bool,
    pub(super) apply_gamma: bool,
}

/// A file opened for reading by an older name.
pub(super) struct LegacyReader {
    kind: &'static Kind,
    inner: PillowReader,
}

impl LegacyReader {
    pub(super) fn open(kind: &'static Kind, request: &Request) -> Result<Self> {
        let inner = PillowReader::open_as(request, kind.codec, kind.name)?;
        Ok(LegacyReader { kind, inner })
    }

    pub(super) fn read(&mut self, index: Index, plan: ReadPlan) -> Result<NdImage> {
        let index = self.index(index);
        let options = self.options(index, plan)?;
        let image = self.inner.read(index, &options)?;
        self.grayed(image, plan)
    }

    pub(super) fn read_next(&mut self, position: usize, plan: ReadPlan) -> Result<Option<NdImage>> {
        let options = self.options(Index::At(0), plan)?;
        let image = self.inner.read_next(position, &options)?;
        image.map(|image| self.grayed(image, plan)).transpose()
    }

    pub(super) fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        plan: ReadPlan,
    ) -> Result<NdImage> {
        let index = self.index(index);
        let options = self.options(index, plan)?;
        let image = self.inner.read_window(index, window, &options)?;
        self.grayed(image, plan)
    }

    pub(super) fn properties(&mut self, index: Index, plan: ReadPlan) -> Result<ImageProperties> {
        let index = self.index(index);
        let mut options = self.options(index, plan)?;
        if plan.as_gray {
            options.mode = Some(PillowMode::F);
        }
        self.inner.properties(index, &options)
    }

    /// Everything that the file says; for JPEG the EXIF tags stand under `EXIF_MAIN` too.
    pub(super) fn metadata(&mut self, index: Index) -> Result<Metadata> {
        let mut metadata = self.inner.metadata(self.index(index), false)?;
        if self.kind.target == "jpeg" {
            let block = metadata.get("exif").and_then(Value::as_bytes);
            if let Some(Ok(tags)) = block.map(exif::parse) {
                metadata.insert("EXIF_MAIN", Value::Map(tags));
            }
        }
        Ok(metadata)
    }

    pub(super) fn applied(&self) -> Applied {
        self.inner.applied()
    }

    fn index(&self, index: Index) -> Index {
        match index {
            Index::Default if self.kind.is_animation => Index::All,
            Index::Default => Index::At(0),
            given => given,
        }
    }

    /// What the `pillow` plugin is to do for `plan`. All frames follow the first one's rule.
    fn options(&mut self, index: Index, plan: ReadPlan) -> Result<PillowReadOptions> {
        let position = match index {
            Index::At(position) => position,
            Index::Default | Index::All => 0,
        };
        let mode = match plan {
            ReadPlan {
                pilmode: Some(mode),
                ..
            } => Some(mode),
            ReadPlan { as_gray: true, .. } => Some(PillowMode::F),
            _ => self.usual_mode(position)?,
        };
        Ok(PillowReadOptions::new()
            .mode(mode)
            .rotate(plan.rotate)
            .apply_gamma(plan.apply_gamma))
    }

    /// The mode that a frame is given in where nobody asks for one.
    fn usual_mode(&mut self, position: usize) -> Result<Option<PillowMode>> {
        let info = self.inner.frame_info(position)?;
        let is_deep = info.mode != Mode::Palette && info.dtype == DType::U16;
        Ok(match info.mode {
            Mode::Bilevel => Some(PillowMode::L),
            Mode::Palette | Mode::Rgb if self.inner.has_gray_palette(position)? => {
                Some(PillowMode::L)
            }
            Mode::Palette => Some(PillowMode::Rgba),
            // Deep samples stay as they are stored; there is no Pillow mode for them.
            _ if is_deep => None,
            Mode::GrayAlpha => Some(PillowMode::Rgba),
            Mode::Cmyk => Some(PillowMode::Rgb),
            Mode::Rgb if self.kind.is_animation => Some(PillowMode::Rgba),
            _ => None,
        })
    }

    /// The gray of an image that was converted to another mode before.
    fn grayed(&self, image: NdImage, plan: ReadPlan) -> Result<NdImage> {
        match plan.pilmode {
            Some(mode) if plan.as_gray => {
                let limits = self.inner.limits();
                convert::between(&image, mode, PillowMode::F, &limits)
            }
            _ => Ok(image),
        }
    }
}
