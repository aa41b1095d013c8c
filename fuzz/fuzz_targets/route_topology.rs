//! Untrusted topologies.
//!
//! Input: a topology. If it is rejected, each fault has a code and a pointer. If it is accepted,
//! its table is converted to bytes and loaded again. The loaded table has the same hash and returns
//! the same decisions.

#![no_main]

use keyrail_core::Timestamp;
use keyrail_route::{Context, Message, RouteTable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let table = match RouteTable::from_json(&text) {
        Ok(table) => table,
        Err(error) => {
            assert!(!error.faults().is_empty(), "the rejection has no faults");
            for fault in error.faults() {
                assert!(fault.pointer().is_empty() || fault.pointer().starts_with('/'));
                assert!(fault.code().contains('.'));
            }
            return;
        }
    };
    let loaded = RouteTable::from_bytes(&table.to_bytes()).unwrap();
    assert_eq!(loaded.hash(), table.hash());
    let context = Context { now: Timestamp::from_millis(0).ok(), ..Context::default() };
    for channel in ["c", "d"] {
        let message = Message::new(channel).unwrap().with("text", "a refund, 10.0.0.1").unwrap();
        let decision = table.route(&message, &context);
        assert_eq!(decision, loaded.route(&message, &context));
    }
});
