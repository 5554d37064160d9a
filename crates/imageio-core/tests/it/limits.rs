//! Budgets: what a file may make the library allocate.

use imageio_core::{
    DType, ErrorKind, Limits, NdImage, OpenArgs, Options, Request, Result, imopen_in,
};

use crate::toy::{TOY, file, registry};

#[test]
fn an_image_over_the_budget_is_refused_with_the_figures() {
    let limits = Limits::new();
    let error = limits
        .try_vec::<u64>(1 << 40, "a picture")
        .expect_err("8 TiB");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert_eq!(
        error.to_string(),
        "a picture takes 8796093022208 bytes, over the budget of 1073741824 bytes; \
         what would help: a higher `Limits::bytes`"
    );
    for shape in [[1 << 20, 1 << 20], [usize::MAX, 2]] {
        assert!(limits.check_image(&shape, DType::U8).is_err());
        let error = NdImage::zeros(DType::U8, &shape, &limits).expect_err("absurd");
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }
    assert!(limits.try_capacity::<u64>(usize::MAX, "a list").is_err());
    let error = Limits::unlimited()
        .try_vec::<u64>(usize::MAX / 4, "a dream")
        .expect_err("refused");
    assert!(
        error.message().ends_with("which the machine refuses"),
        "{error}"
    );
}

#[test]
fn working_memory_counts_while_it_is_held() -> Result<()> {
    let limits = Limits::new().bytes(1000);
    let mut scratch = limits.scratch::<u16>(300, "rows")?;
    scratch[299] = 7;
    assert_eq!((scratch.len(), scratch[299], limits.live()), (300, 7, 600));
    let error = limits
        .clone()
        .scratch::<u8>(401, "more rows")
        .expect_err("1001 bytes");
    assert!(error.message().contains("beside 600 bytes held"), "{error}");
    assert_eq!(limits.live(), 600, "a refusal holds nothing");
    drop(scratch);
    assert_eq!(limits.live(), 0);
    assert!(limits.scratch::<u8>(1000, "rows").is_ok());
    Ok(())
}

#[test]
fn claims_end_where_they_are_dropped_even_in_another_thread() -> Result<()> {
    let limits = Limits::new().bytes(100);
    let claim = limits.claim(100, "a backend's own buffer")?;
    assert!(limits.claim(1, "one more").is_err());
    std::thread::spawn(move || drop(claim))
        .join()
        .expect("no panic");
    assert!(limits.claim(1, "one more").is_ok());
    assert!(limits.claim(u64::MAX, "everything").is_err());
    Ok(())
}

#[test]
fn stacks_have_a_budget_of_their_own() {
    let limits = Limits::new();
    assert_eq!(limits.for_stack().image_budget(), limits.stack_budget());
    let explicit = Limits::new().bytes(10);
    assert_eq!(
        (explicit.stack_budget(), explicit.for_stack().image_budget()),
        (10, 10)
    );
    assert_eq!(Limits::unlimited().stack_budget(), u64::MAX);
    assert_eq!(Limits::unlimited().for_stack().image_budget(), u64::MAX);
    assert!(Limits::new().frames(3).check_frames(3).is_ok());
}

#[test]
fn budgets_travel_with_the_request_and_grow_with_the_input() -> Result<()> {
    let request = Request::from(file(1, &[&[1, 2, 3]]));
    request.first_bytes(1)?;
    assert_eq!(request.limits().image_budget(), 1 << 30);
    let large = Request::from(vec![0; 32 << 20]);
    large.first_bytes(1)?;
    assert_eq!(large.limits().image_budget(), 64 * (32 << 20));

    let args = OpenArgs::new().limits(Limits::new().bytes(2));
    let mut resource = imopen_in(&registry(&[&TOY]), request, args)?;
    let error = resource.read(0, &Options::new()).expect_err("three bytes");
    assert_eq!(
        (error.kind(), error.plugin()),
        (ErrorKind::LimitExceeded, Some("toy"))
    );
    Ok(())
}
