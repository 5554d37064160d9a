//! Opening for v2: the search of v3, among the plugins that serve the mode.

use imageio_core::{
    ErrorKind, ImageMode, ImageResource, Mode, Options, Registry, Request, Result, imopen,
};

use super::args::Common;
use super::format::{Format, cannot};

/// What happens where the plugin of a resource lacks the mode.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacking {
    /// It gives what it has: a file of one image is read as a list of one.
    Goes,
    /// It is an error that names the modes.
    Fails,
}

pub(super) fn open(
    request: Request,
    mode: Mode,
    common: &Common,
    lacking: Lacking,
) -> Result<(ImageResource, Options)> {
    crate::builtin::ready();
    let request = request.mode(mode);
    let mut args = common.open.clone().owner_of(&common.options);
    if let Some(format) = &common.format {
        let place = |error: imageio_core::Error| error.in_resource(request.name());
        args = format.apply(args, &Registry::global()).map_err(place)?;
    }
    let only = args.clone().by_image_mode(true);
    let resource = match imopen(request.clone(), only) {
        Err(error) if may_lack_mode(error.kind(), mode) => {
            let resource = imopen(request, args)?;
            if lacking == Lacking::Fails {
                let name = resource.request().name();
                return Err(cannot(&Format::of(resource.plugin()), mode).in_resource(name));
            }
            resource
        }
        opened => opened?,
    };
    let options = translated(&resource, common.options.clone());
    Ok((resource, options))
}

fn may_lack_mode(kind: ErrorKind, mode: Mode) -> bool {
    mode.image_mode() != ImageMode::Any
        && matches!(kind, ErrorKind::NoPlugin | ErrorKind::Unsupported)
}

/// `pilmode` is what v2 called the `mode` of the pillow plugin.
fn translated(resource: &ImageResource, options: Options) -> Options {
    let card = resource.plugin();
    let spec = if resource.request().io_mode().is_write() {
        card.write_spec()
    } else {
        card.read_spec()
    };
    let has = |name: &str| spec.iter().any(|row| row.name == name);
    if has("mode") && !has("pilmode") && options.get("mode").is_none() {
        return options.renamed("pilmode", "mode");
    }
    options
}
