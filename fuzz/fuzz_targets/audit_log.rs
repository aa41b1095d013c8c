//! Audit logs: a log that was changed is not intact, and verifying never panics.
//!
//! Input: a byte with the number of entries, then changes of the log's text. A change has four
//! bytes: two for its position, one that selects the kind of change, and one to write.

#![no_main]

use keyrail_access::{AuditChain, AuditEntry, Checkpoint};
use keyrail_core::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [count, changes @ ..] = data else { return };
    let keys = ["a1", "a2"].map(|id| (id, Secret::new(id.repeat(16))));
    let chain = AuditChain::new(keys).unwrap();
    let start = Checkpoint::start("w").unwrap();
    let mut last = start.clone();
    let entries: Vec<AuditEntry> = (0..=count % 4)
        .map(|number| {
            let payload = format!("{{\"action\":\"issue\",\"number\":{number}}}");
            let entry = chain.append(&last, payload, &[number; 16]).unwrap();
            last = entry.checkpoint();
            if number % 3 == 2 { entry.erase() } else { entry }
        })
        .collect();
    assert!(chain.verify(&start, &entries, Some(&last)).is_intact());

    let mut lines: Vec<Vec<u8>> =
        entries.iter().map(|entry| entry.to_json().into_bytes()).collect();
    for change in changes.chunks_exact(4) {
        let position = usize::from(u16::from_le_bytes([change[0], change[1]]));
        let line = position % lines.len().max(1);
        let Some(text) = lines.get_mut(line) else { break };
        let at = position / 4 % text.len().max(1);
        match change[2] % 6 {
            0 if !text.is_empty() => text[at] = change[3],
            1 => text.insert(at, change[3]),
            2 if !text.is_empty() => drop(text.remove(at)),
            3 => drop(lines.remove(line)),
            4 => lines.swap(line, usize::from(change[3]) % (line + 1)),
            5 => lines.insert(line, lines[line].clone()),
            _ => {}
        }
    }
    let read: Result<Vec<AuditEntry>, _> =
        lines.iter().map(|line| AuditEntry::from_json(&String::from_utf8_lossy(line))).collect();
    let Ok(read) = read else { return };
    // Erasing a payload is not a fault, so the entries are compared without their payloads.
    let erased = |entries: &[AuditEntry]| -> Vec<AuditEntry> {
        entries.iter().map(|entry| entry.clone().erase()).collect()
    };
    let report = chain.verify(&start, &read, Some(&last));
    assert_eq!(
        report.is_intact(),
        erased(&read) == erased(&entries) && has_payloads(&read, &entries)
    );
    if let Some(fault) = report.fault() {
        assert!(fault.index() <= read.len());
        let intact = &read[..fault.index()];
        assert!(chain.verify(&start, intact, None).is_intact());
    }
});

/// Returns whether each payload is unchanged or erased.
fn has_payloads(read: &[AuditEntry], entries: &[AuditEntry]) -> bool {
    // A payload that is added to an erased entry does not match the entry's commitment.
    let mut pairs = read.iter().zip(entries);
    pairs.all(|(read, entry)| read.payload().is_none() || read == entry)
}
