//! The registry of the process: plugins that register themselves, and changes at run time.

use imageio_core::{
    FileExtension, OpenArgs, Options, PluginInfo, Registry, Request, Result, add_format,
    add_plugin, imopen, imopen_in, register_plugin, set_priority,
};
use tempfile::tempdir;

use crate::toy::{Answer, answer, file, notes, open};

register_plugin!(
    PluginInfo::new("submitted", |request, options| open(
        "submitted",
        request,
        options
    ))
    .extensions(&[".submitted"])
);

static ADDED: PluginInfo = PluginInfo::new("added", |request, options| {
    answer("added", Answer::Accept, request, options)
});

static RIVAL: PluginInfo = PluginInfo::new("rival", |request, options| {
    answer("rival", Answer::Accept, request, options)
})
.extensions(&[".contested"]);

#[test]
fn a_plugin_registers_itself_with_the_name_of_its_crate() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.submitted");
    std::fs::write(&path, file(1, &[&[6]]))?;
    let mut resource = imopen(path, OpenArgs::new())?;
    assert_eq!(resource.plugin().name(), "submitted");
    assert_eq!(resource.plugin().from_crate(), "imageio-core");
    assert_eq!(resource.read(0, &Options::new())?.into_vec::<u8>()?, [6]);
    Ok(())
}

// checklist: D-026, G-023
#[test]
fn changes_at_run_time_count_at_once_and_a_registry_of_ones_own_is_apart() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.contested");
    std::fs::write(&path, "x")?;
    let request = || Request::from(&path);
    let asked = || -> Result<Vec<String>> {
        imopen(request(), OpenArgs::new())?.close()?;
        Ok(notes())
    };
    assert!(Registry::global().plugin("added").is_err());
    add_plugin(&ADDED)?;
    add_plugin(&RIVAL)?;
    assert_eq!(Registry::global().plugin("ADDED")?.name(), "added");
    assert_eq!(asked()?, ["rival"]);
    set_priority(".contested", ["added", "rival"]);
    assert_eq!(asked()?, ["added"]);
    set_priority(".contested", ["rival"]);
    assert_eq!(asked()?, ["rival"]);
    add_format(FileExtension::new(".contested", "Second", ["added"]));
    assert_eq!(asked()?, ["rival"], "a later format comes after the first");
    assert_eq!(Registry::global().formats_of(".contested").len(), 2);
    Registry::update(|registry| registry.formats_mut(".contested").remove(0));
    assert_eq!(asked()?, ["added"]);
    assert!(imopen_in(&Registry::new(), request(), OpenArgs::new()).is_err());
    Ok(())
}
