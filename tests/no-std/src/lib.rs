//! Checks that the crates do not need std: `cargo xtask no-std` links all of them into a
//! static library with its own panic handler. If any dependency used std, there would be two
//! handlers, which rustc rejects with `duplicate lang item`.
//!
//! The library is linked, but never run.

#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::ptr::null_mut;

use keyrail::{Gateway, Secrets};
use keyrail_access::KeyRecord;
use keyrail_core::Secret;
use keyrail_header::Scheme;
use keyrail_key::KeyFormat;
use keyrail_platform::Platform;
use keyrail_redact::Redactor;
use keyrail_route::RouteTable;
use keyrail_webhook::Signer;

/// Uses a function of each crate, so that each is linked. `keyrail-filter` is used through
/// `keyrail-route`.
#[unsafe(no_mangle)]
pub extern "C" fn keyrail_no_std() -> usize {
    let text = keyrail_url::encode("{}");
    let accepted = [
        KeyFormat::keyrail().parse(&text).is_ok(),
        Scheme::from_json(&text).is_ok(),
        KeyRecord::from_json(&text).is_ok(),
        RouteTable::from_json(&text).is_ok(),
        Signer::new(&Secret::new(text.as_ref())).is_ok(),
        Platform::get(&text).is_ok(),
        Redactor::new([]).is_ok(),
        Gateway::from_json(&text, Secrets::new()).is_ok(),
    ];
    accepted.iter().filter(|accepted| **accepted).count()
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

struct NoMemory;

// SAFETY: an allocator may return null when it has no memory. No memory is ever allocated,
// so none is deallocated.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoMemory = NoMemory;
