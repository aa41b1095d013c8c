//! Reading a wrong key allocates nothing: who floods a server with nonsense
//! costs it no memory.
//!
//! Counting takes an allocator, and an allocator takes `unsafe`; this file is
//! a program of its own, so that it counts nothing but its own thread.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use keyrail_key::KeyFormat;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(run: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    run();
    COUNT.with(Cell::get) - before
}

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
        assert_eq!(allocations(|| assert!(format.parse(text).is_err())), 0, "{text}");
    }
    assert_eq!(allocations(|| drop(format.parse(&right).unwrap())), 1);
}
