"""What pydicom makes of a DICOM file: samples as they are stored, colours as red, green and blue."""

import pydicom

NEAR_LOSSLESS = ("1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91")
LOSSY_JPEG = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")


def dicom(path):
    data = pydicom.dcmread(path, force=True)
    array = data.pixel_array
    lossy = str(data.file_meta.TransferSyntaxUID) in NEAR_LOSSLESS + LOSSY_JPEG
    return array, {"format": "DICOM", "lossy": lossy, "metadata": None}
