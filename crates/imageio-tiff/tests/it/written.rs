//! What is written reads back: types, shapes, compressions, layouts.

use imageio_core::half::f16;
use imageio_core::num_complex::Complex;
use imageio_core::testing::{Cases, check};
use imageio_core::{
    DType, ErrorKind, Images, Index, Metadata, Mode, NdImage, OpenArgs, Options, Registry, Request,
    Result, Value, imopen_in,
};
use imageio_tiff::{
    ByteOrderMark, Compression, PLUGIN, Photometric, PlanarConfig, TiffOpenOptions,
    TiffReadOptions, TiffReader, TiffWriteOptions,
};

/// Writes each picture by a call of its own.
pub(crate) fn write_all<'a>(
    images: impl IntoIterator<Item = Images<'a>>,
    open: TiffOpenOptions,
    options: TiffWriteOptions,
) -> Result<Vec<u8>> {
    let request = Request::to_bytes().mode(Mode::WRITE);
    let args = OpenArgs::new().plugin(&PLUGIN).options(open);
    let mut file = imopen_in(&Registry::new(), request, args)?;
    let options = Options::from(options);
    for image in images {
        file.write(image, &options)?;
    }
    Ok(file.close()?.into_bytes().unwrap_or_default())
}

pub(crate) fn write(image: &NdImage, options: TiffWriteOptions) -> Result<Vec<u8>> {
    write_all([Images::single(image)], TiffOpenOptions::new(), options)
}

pub(crate) fn read(bytes: &[u8], index: usize) -> NdImage {
    let mut reader = TiffReader::open(Request::from(bytes)).unwrap();
    reader
        .read(Index::At(index), &TiffReadOptions::new())
        .unwrap()
}

/// Series in the file.
pub(crate) fn series(bytes: &[u8]) -> usize {
    let mut reader = TiffReader::open(Request::from(bytes)).unwrap();
    let read = |reader: &mut TiffReader, at| reader.read(Index::At(at), &TiffReadOptions::new());
    (0..10_000)
        .take_while(|&at| read(&mut reader, at).is_ok())
        .count()
}

pub(crate) fn metadata(bytes: &[u8], page: usize) -> Metadata {
    let mut reader = TiffReader::open(Request::from(bytes)).unwrap();
    let options = TiffReadOptions::new().page(page).tags(true);
    reader.metadata(Index::All, true, &options).unwrap()
}

/// Pages in the file.
pub(crate) fn pages(bytes: &[u8]) -> usize {
    let mut reader = TiffReader::open(Request::from(bytes)).unwrap();
    let options = |page| TiffReadOptions::new().page(page);
    (0..10_000)
        .take_while(|&at| reader.properties(Index::All, &options(at)).is_ok())
        .count()
}

/// Numbers of every size that the type has, different from place to place.
pub(crate) fn picture(dtype: DType, shape: &[usize]) -> NdImage {
    let len: usize = shape.iter().product();
    let numbers = (0..len).map(|at| (at * 7919 + at * at * 31) as u64);
    macro_rules! of {
        ($make:expr) => {
            NdImage::from_vec(shape, numbers.map($make).collect::<Vec<_>>()).unwrap()
        };
    }
    match dtype {
        DType::Bool => of!(|n| n % 3 == 0),
        DType::U8 => of!(|n| n as u8),
        DType::U16 => of!(|n| n as u16),
        DType::U32 => of!(|n| (n * 65_537) as u32),
        DType::U64 => of!(|n| n.wrapping_mul(0x1_0001_0001_0001)),
        DType::I8 => of!(|n| n as i8),
        DType::I16 => of!(|n| n as i16),
        DType::I32 => of!(|n| (n * 65_537) as i32),
        DType::I64 => of!(|n| n.wrapping_mul(0x1_0001_0001_0001) as i64),
        DType::F16 => of!(|n| f16::from_f32((n % 999) as f32 / 8.0)),
        DType::F32 => of!(|n| (n % 99_999) as f32 / 8.0 - 77.0),
        DType::F64 => of!(|n| (n % 99_999) as f64 / 7.0 - 77.0),
        DType::C64 => of!(|n| Complex::new((n % 999) as f32 / 8.0, -((n % 77) as f32))),
        _ => of!(|n| Complex::new((n % 999) as f64 / 8.0, -((n % 77) as f64))),
    }
}

const TYPES: [DType; 14] = [
    DType::Bool,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::F16,
    DType::F32,
    DType::F64,
    DType::C64,
    DType::C128,
];

const SHAPES: [&[usize]; 11] = [
    &[7],
    &[1, 1],
    &[5, 7],
    &[33, 50],
    &[17, 20, 3],
    &[9, 11, 4],
    &[3, 9, 11],
    &[2, 9, 11],
    &[2, 4, 5, 6, 3],
    &[5, 1, 3],
    &[4, 1, 1, 6, 7],
];

fn predictable(dtype: DType) -> bool {
    dtype != DType::Bool && !dtype.is_complex()
}

fn compressions() -> Vec<Compression> {
    let mut all = vec![
        Compression::None,
        Compression::PackBits,
        Compression::Lzw,
        Compression::Deflate,
    ];
    if cfg!(feature = "zstd") {
        all.push(Compression::Zstd);
    }
    if cfg!(feature = "lzma") {
        all.push(Compression::Lzma);
    }
    all
}

#[test]
fn keeps_the_promises_of_its_card() {
    let sample = write(&picture(DType::U8, &[3, 5]), TiffWriteOptions::new()).unwrap();
    let report = check(
        &PLUGIN,
        &Cases::new()
            .sample(".tif", sample)
            .lossless(".tif", picture(DType::U8, &[5, 7]))
            .lossless(".tif", picture(DType::F32, &[5, 7, 3]))
            .lossless(".tiff", picture(DType::U16, &[4, 5, 7])),
    );
    println!("{report}");
    assert!(report.checks() > 20);
}

// checklist: E-152
#[test]
fn every_type_and_shape_reads_back() {
    let mut count = 0;
    for dtype in TYPES {
        for shape in SHAPES {
            let image = picture(dtype, shape);
            for compression in compressions() {
                for (order, tile) in [
                    (ByteOrderMark::Little, vec![]),
                    (ByteOrderMark::Big, vec![16, 32]),
                ] {
                    let packed = compression != Compression::None;
                    let both = [false, true];
                    let predictors = if packed && predictable(dtype) {
                        &both[..]
                    } else {
                        &both[..1]
                    };
                    for &predictor in predictors {
                        let options = TiffWriteOptions::new()
                            .compression(compression)
                            .predictor(predictor)
                            .byteorder(order)
                            .bigtiff(count % 2 == 0)
                            .tile(tile.clone());
                        let bytes = write(&image, options).unwrap();
                        let what = format!("{dtype} {shape:?} {compression:?} {predictor}");
                        assert_eq!(read(&bytes, 0), image, "{what}");
                        count += 1;
                    }
                }
            }
        }
    }
    println!("{count} files");
    assert!(count > 2000);
}

// checklist: E-132, E-119
#[test]
fn the_header_is_that_of_the_kind_of_file() {
    let image = picture(DType::U16, &[3, 4]);
    let head = |open: TiffOpenOptions| {
        let written = write_all([Images::single(&image)], open, TiffWriteOptions::new());
        written.unwrap()[..8].to_vec()
    };
    let little = TiffOpenOptions::new().byteorder(ByteOrderMark::Little);
    let big = TiffOpenOptions::new().byteorder(ByteOrderMark::Big);
    assert_eq!(head(little.clone())[..4], *b"II*\0");
    assert_eq!(head(big.clone())[..4], *b"MM\0*");
    assert_eq!(head(little.bigtiff(true)), *b"II+\0\x08\0\0\0");
    assert_eq!(head(big.bigtiff(true)), *b"MM\0+\0\x08\0\0");
    let of_call = TiffWriteOptions::new().byteorder(ByteOrderMark::Big);
    assert_eq!(write(&image, of_call).unwrap()[..4], *b"MM\0*");
    let request = || Request::to_bytes().mode(Mode::WRITE);
    let open = |key: &str, value: Value| {
        let options = Options::new().set(key, value);
        let args = OpenArgs::new().plugin(&PLUGIN).options(options);
        imopen_in(&Registry::new(), request(), args).map(|_| ())
    };
    assert!(open("software", "me".into()).is_ok());
    let unknown = open("no_such", true.into()).unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::BadOption);
}

// checklist: E-161
#[test]
fn an_unknown_byte_order_is_refused() {
    let error = Options::new()
        .set("byteorder", "middle")
        .parse::<TiffWriteOptions>();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.message().contains("middle"), "{error}");
}

// checklist: E-160
#[test]
fn an_empty_array_is_refused() {
    let empty = NdImage::from_vec::<u8>(&[0, 10, 10], vec![]).unwrap();
    let error = write(&empty, TiffWriteOptions::new()).unwrap_err();
    assert!(
        error.message().contains("cannot save empty array"),
        "{error}"
    );
}

// checklist: E-050, E-121, E-122
#[test]
fn each_write_is_a_series() {
    let volume = picture(DType::U8, &[5, 8, 9]);
    let bytes = write(&volume, TiffWriteOptions::new()).unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (1, 5));
    let two = [Images::single(&volume), Images::single(&volume)];
    let bytes = write_all(two, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (2, 10));
    assert_eq!(read(&bytes, 1), volume);
    let list = [picture(DType::U8, &[8, 9]), picture(DType::U16, &[4, 5])];
    let bytes = write_all(
        [Images::from(&list)],
        TiffOpenOptions::new(),
        TiffWriteOptions::new(),
    );
    let bytes = bytes.unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (2, 2));
    assert_eq!(read(&bytes, 1), list[1]);
}

// checklist: E-131
#[test]
fn a_batch_has_a_series_for_each_image() {
    let batch = picture(DType::U8, &[3, 8, 9]);
    let batched = [Images::batch(&batch)];
    let bytes = write_all(batched, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (3, 3));
    assert_eq!(read(&bytes, 2), batch.frame(2).unwrap());
    let bytes = write(&batch, TiffWriteOptions::new()).unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (1, 1), "planes of RGB");
    assert_eq!(read(&bytes, 0), batch);
}

// checklist: E-156
#[test]
fn a_series_grows_and_its_description_with_it() {
    let image = picture(DType::U16, &[8, 9]);
    let many: Vec<Images<'_>> = (0..1200).map(|_| Images::single(&image)).collect();
    let options = TiffWriteOptions::new().contiguous(true);
    let bytes = write_all(many, TiffOpenOptions::new(), options).unwrap();
    assert_eq!((series(&bytes), pages(&bytes)), (1, 1200));
    let properties = read(&bytes, 0);
    assert_eq!(properties.shape(), [1200, 8, 9]);
    assert_eq!(properties.frame(1199).unwrap(), image);
    let text = b"{\"shape\": [1200, 8, 9]}\0";
    assert!(bytes.windows(text.len()).any(|part| part == text));
    let alone = write(&image, TiffWriteOptions::new()).unwrap();
    let text = [&b"{\"shape\": [8, 9]}\0"[..], &[0; 64]].concat();
    assert!(alone.windows(text.len()).any(|part| part == text));
}

// checklist: E-123, E-158
#[test]
fn a_volume_stands_in_one_page() {
    let volume = picture(DType::U8, &[20, 33, 50]);
    for tile in [vec![], vec![16, 16, 32]] {
        let options = TiffWriteOptions::new().volume(true).tile(tile);
        let bytes = write(&volume, options).unwrap();
        assert_eq!(pages(&bytes), 1);
        assert_eq!(read(&bytes, 0), volume);
        let about = metadata(&bytes, 0);
        assert_eq!(about.lookup("ImageDepth"), Some(&Value::from(20)));
    }
    for tile in [
        vec![10, 16],
        vec![16, 24],
        vec![16],
        vec![0, 16],
        vec![1, 16, 16, 16],
    ] {
        let options = TiffWriteOptions::new().tile(tile);
        let error = write(&volume, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOption);
    }
}

// checklist: E-123
#[test]
fn photometric_and_planes_are_as_asked() {
    let image = picture(DType::U8, &[8, 9, 3]);
    let options = TiffWriteOptions::new().photometric(Photometric::MinIsWhite);
    let bytes = write(&image, options).unwrap();
    assert_eq!(pages(&bytes), 8, "nine rows of three columns each");
    assert_eq!(read(&bytes, 0), image);
    let planes = picture(DType::U8, &[2, 8, 9]);
    let options = TiffWriteOptions::new().planarconfig(PlanarConfig::Separate);
    let bytes = write(&planes, options).unwrap();
    let about = metadata(&bytes, 0);
    assert_eq!(about.lookup("SamplesPerPixel"), Some(&Value::from(2)));
    assert_eq!(about.lookup("ExtraSamples"), Some(&Value::from([0])));
    assert_eq!((pages(&bytes), read(&bytes, 0)), (1, planes));
}

#[test]
fn pyramids_have_their_levels() {
    let image = picture(DType::U8, &[100, 130, 3]);
    let options = TiffWriteOptions::new().pyramid(2).tile([32, 32]);
    let bytes = write(&image, options.compression(Compression::Deflate)).unwrap();
    assert_eq!(read(&bytes, 0), image);
    let mut reader = TiffReader::open(Request::from(bytes.as_slice())).unwrap();
    let level = TiffReadOptions::new().level(2);
    let small = reader.read(Index::At(0), &level).unwrap();
    assert_eq!(small.shape(), [25, 33, 3]);
    let level = TiffReadOptions::new().level(1);
    let half = reader.read(Index::At(0), &level).unwrap();
    let (half, image) = (
        half.as_array::<u8>().unwrap(),
        image.as_array::<u8>().unwrap(),
    );
    let sum: u32 = [(4, 6), (4, 7), (5, 6), (5, 7)]
        .iter()
        .map(|&(y, x)| u32::from(image[[y, x, 1]]))
        .sum();
    assert_eq!(u32::from(half[[2, 3, 1]]), (sum + 2) / 4);
}

#[test]
fn lossy_compressions_stay_near() {
    let smooth: Vec<u8> = (0..40 * 50 * 3)
        .map(|at| (at / 150 * 2 + at % 150 / 3) as u8)
        .collect();
    let image = NdImage::from_vec(&[40, 50, 3], smooth).unwrap();
    let mut kinds = vec![(Compression::Jpeg, 12)];
    if cfg!(feature = "webp") {
        kinds.push((Compression::WebP, 0));
    }
    for (compression, most) in kinds {
        for tile in [vec![], vec![32, 32]] {
            let options = TiffWriteOptions::new().compression(compression).tile(tile);
            let back = read(&write(&image, options).unwrap(), 0);
            assert_eq!(back.shape(), image.shape());
            let (back, image) = (back.as_bytes(), image.as_bytes());
            let off = back.iter().zip(&*image).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(off <= Some(most), "{compression:?}: {off:?}");
        }
    }
}
