//! The proof that the crates do without std: `cargo xtask no-std` links all
//! nine into a static library that has a panic handler of its own. With std
//! anywhere below there would be two, and rustc says `duplicate lang item`.
//!
//! It is linked, never run.

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

/// Something of each crate, so that each is linked for its use.
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

struct Nothing;

// SAFETY: null is how an allocator says that it has no memory; nothing is
// ever given out, so nothing comes back.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Nothing = Nothing;
