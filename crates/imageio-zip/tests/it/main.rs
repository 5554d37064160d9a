//! Members of zip archives as resources: read, written, and refused where something is wrong.

mod archive;
mod hostile;
mod killed;
mod read;
mod write;

use imageio_zip as _;
