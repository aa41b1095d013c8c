//! Reading a wrong key allocates nothing: who floods a server with nonsense
//! costs it no memory. A program of its own, for its allocator counts.

use allocation_counter::measure;
use keyrail_key::KeyFormat;

#[test]
fn a_wrong_key_allocates_nothing_and_a_right_one_once() {
    let format = KeyFormat::keyrail();
    let key = format.generate("live", &[7; 32]).unwrap();
    let right = key.reveal().to_owned();
    let wrong = [
        String::new(),
        right.replace("kr_", "sk_"),
        right.replace("live", "prod"),
        right.replace("live", "test"),
        right[..53].to_owned(),
        right.clone() + "0",
        right.replace('_', "-").replacen('-', "_", 2),
    ];
    for text in &wrong {
        let counted = measure(|| assert!(format.parse(text).is_err()));
        assert_eq!(counted.count_total, 0, "{text}");
    }
    assert_eq!(measure(|| drop(format.parse(&right).unwrap())).count_total, 1);
}
