//! Real files, in the folder that `IMAGEIO_CORPUS` names.
