//! Compares decoding with its definition: the result, or the error and its offset, must be the
//! same.
//!
//! Input: the text.

#![no_main]

use std::borrow::Cow;

use keyrail_url::{
    EncodeSet, Error, decode, decode_batch, decode_bytes, decode_form, encode, encode_bytes,
    encode_with, normalize,
};
use libfuzzer_sys::fuzz_target;

type Outcome<T> = Result<T, (&'static str, Option<usize>)>;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let text = text.as_ref();

    let decoded = decode(text);
    assert_eq!(outcome(&decoded), reference_text(text, false));
    assert_eq!(outcome(&decode_form(text)), reference_text(text, true));
    let bytes = decode_bytes(text);
    match (&bytes, reference(text, false)) {
        (Ok(bytes), Ok(expected)) => {
            let expected: Vec<u8> = expected.into_iter().map(|(_, byte)| byte).collect();
            assert_eq!(bytes.as_ref(), expected);
            assert_eq!(encode_bytes(bytes), normalize(text));
            assert_eq!(matches!(bytes, Cow::Borrowed(_)), !text.contains('%'));
        }
        (Err(error), Err(expected)) => assert_eq!((error.code(), error.offset()), expected),
        (bytes, expected) => panic!("{bytes:?} is not {expected:?}"),
    }
    for error in [decoded.as_ref().err(), bytes.as_ref().err()].into_iter().flatten() {
        let offset = error.offset().unwrap();
        assert!(text.get(offset..).unwrap().starts_with('%'), "there is no escape at the offset");
    }

    let batch = decode_batch(&[text, "100%", "a"]);
    assert_eq!(batch.len(), 3);
    assert_eq!(batch[0].as_deref().ok(), decoded.as_deref().ok());
    assert!(batch[1].is_err() && batch[2].is_ok());

    assert_eq!(decode(&encode(text)).unwrap(), text);
    assert_eq!(decode_form(&encode_with(text, EncodeSet::FORM)).unwrap(), text);
    assert_eq!(decode_bytes(&encode_bytes(data)).unwrap(), data);
});

fn outcome(decoded: &Result<Cow<'_, str>, Error>) -> Outcome<String> {
    match decoded {
        Ok(text) => Ok(text.to_string()),
        Err(error) => Err((error.code(), error.offset())),
    }
}

/// Decodes by the definition, and returns each byte with its offset in the text.
fn reference(text: &str, form: bool) -> Outcome<Vec<(usize, u8)>> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let digit = |at: usize| bytes.get(at).and_then(|d| char::from(*d).to_digit(16));
                match (digit(at + 1), digit(at + 2)) {
                    (Some(high), Some(low)) => out.push((at, (high * 16 + low) as u8)),
                    _ => return Err(("url.malformed_escape", Some(at))),
                }
                at += 3;
            }
            byte => {
                out.push((at, if form && byte == b'+' { b' ' } else { byte }));
                at += 1;
            }
        }
    }
    Ok(out)
}

fn reference_text(text: &str, form: bool) -> Outcome<String> {
    let decoded = reference(text, form)?;
    let bytes = decoded.iter().map(|(_, byte)| *byte).collect();
    String::from_utf8(bytes)
        .map_err(|error| ("url.invalid_utf8", Some(decoded[error.utf8_error().valid_up_to()].0)))
}
