//! The file does not depend on the number of threads.

use super::*;
use crate::format::png::deflate::Effort;

#[test]
fn any_number_of_threads_writes_the_same() {
    let (height, width) = (700, 1500);
    let samples = (0..height * width * 3).map(|at| (at * at / 977 % 251) as u8);
    let image = NdImage::from_vec(&[height, width, 3], samples.collect()).unwrap();
    let header = Header {
        width,
        height,
        depth: 8,
        color: Color::Rgb,
        interlaced: false,
    };
    for interlaced in [false, true] {
        let header = Header {
            interlaced,
            ..header.clone()
        };
        let passes = passes::passes(&header).unwrap();
        let picture = Picture::new(&image, Region::whole(&image), 8, None).unwrap();
        for effort in [Effort::Store, Effort::Fast] {
            let filter = effort == Effort::Fast;
            let with = |threads| {
                let mut parts = Vec::new();
                let method = Method { effort, filter };
                stripes::compress_with(&picture, &passes, method, threads, |part| {
                    parts.push(part.to_vec());
                    Ok(())
                })
                .unwrap();
                parts
            };
            let one = with(1);
            assert!(one.len() > 2);
            assert!(with(2) == one && with(5) == one);
        }
    }
}
