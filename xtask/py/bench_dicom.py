"""DICOM for `cargo xtask bench`: a folder of slices, and pydicom and imageio on it."""

import os

import imageio.v2
import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian


def make(folder, scale):
    """300 slices of a tomograph, 512 x 512 of 16 bits, in a folder."""
    to = os.path.join(folder, "slices")
    os.makedirs(to, exist_ok=True)
    random = np.random.default_rng(9)
    side = int(512 * scale**0.5)
    for n in range(max(4, int(300 * scale))):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, f"1.2.826.0.1.{n + 1}"
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
        data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = "1.2.3", "1.2.3.4", "1.2.3.5"
        data.StudyDate, data.SeriesDate, data.ContentDate = "20260101", "20260101", "20260101"
        data.StudyTime, data.SeriesTime, data.ContentTime = "120000", "120001", "120002"
        data.Modality, data.Manufacturer, data.PatientName, data.PatientID = "CT", "Maker", "Phantom^One", "1"
        data.SeriesNumber, data.AcquisitionNumber, data.InstanceNumber = 1, 1, n + 1
        data.ImagePositionPatient, data.ImageOrientationPatient = [-100, -100, 1.25 * n], [1, 0, 0, 0, 1, 0]
        data.SliceThickness, data.SliceLocation, data.PixelSpacing = 1.25, 1.25 * n, [0.7, 0.7]
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = side, side, 16, 16, 15
        data.PixelRepresentation, data.WindowCenter, data.WindowWidth = 1, 40, 400
        data.RescaleIntercept, data.RescaleSlope = 0, 1
        data.PixelData = random.integers(-1000, 2000, (side, side), dtype=np.int16).tobytes()
        data.save_as(os.path.join(to, f"{n:04}.dcm"), enforce_file_format=True)


def paths_in(folder):
    return [os.path.join(folder, name) for name in os.listdir(folder)]


def volume(folder):
    """What a program with pydicom does: all files, sorted by position, into one array."""
    slices = [pydicom.dcmread(path) for path in paths_in(folder)]
    slices.sort(key=lambda data: float(data.ImagePositionPatient[2]))
    return np.stack([data.pixel_array for data in slices])


def headers(folder):
    return [
        (data.Rows, data.Columns, str(data.SeriesInstanceUID), list(data.ImagePositionPatient))
        for data in (pydicom.dcmread(path, stop_before_pixels=True) for path in paths_in(folder))
    ]


def work(op, lib, path):
    if op == "headers":
        return lambda: headers(path)
    if lib == "pydicom":
        return lambda: volume(path)
    return lambda: np.asarray(imageio.v2.volread(path, format="DICOM", progress=False))
