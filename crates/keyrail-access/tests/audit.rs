//! The audit log: every change to it is detected, but erasing payloads does not count as a change.

use keyrail_access::{
    AuditChain, AuditEntry, AuditFaultKind, AuditReport, Checkpoint, MAX_AUDIT_KEYS, MAX_PAYLOAD,
    MIN_AUDIT_SECRET,
};
use keyrail_core::Secret;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

fn chain(ids: &[&str]) -> AuditChain {
    AuditChain::new(ids.iter().map(|id| (*id, Secret::new(id.repeat(32))))).unwrap()
}

fn start() -> Checkpoint {
    Checkpoint::start("w").unwrap()
}

/// Returns a log with these payloads. The boolean of each pair selects the audit key, `a1` or `a2`.
fn log(payloads: &[(String, bool)]) -> Vec<AuditEntry> {
    let chains = [chain(&["a1"]), chain(&["a2"])];
    let mut last = start();
    let entry = |(index, (payload, is_second)): (usize, &(String, bool))| {
        let salt = [u8::try_from(index).unwrap(); 16];
        let entry = chains[usize::from(*is_second)].append(&last, payload.clone(), &salt).unwrap();
        last = entry.checkpoint();
        entry
    };
    payloads.iter().enumerate().map(entry).collect()
}

fn verify(entries: &[AuditEntry], until: Option<&Checkpoint>) -> AuditReport {
    chain(&["a2", "a1"]).verify(&start(), entries, until)
}

fn payloads() -> impl Strategy<Value = Vec<(String, bool)>> {
    prop::collection::vec((".{0,20}", any::<bool>()), 1..12)
}

proptest! {
    #[test]
    fn a_log_with_erased_payloads_is_intact_as_a_whole_and_in_two_parts(
        (payloads, erased) in payloads().prop_flat_map(|payloads| {
            let indices: Vec<usize> = (0..payloads.len()).collect();
            (Just(payloads.clone()), subsequence(indices, 0..=payloads.len()))
        }),
        cut in any::<Index>(),
    ) {
        let mut entries = log(&payloads);
        let last = entries.last().unwrap().checkpoint();
        for index in &erased {
            entries[*index] = entries[*index].clone().erase();
        }
        let report = verify(&entries, Some(&last));
        prop_assert!(report.is_intact());
        prop_assert_eq!((report.checkpoint(), report.erased()), (&last, erased.len()));

        let (first, rest) = entries.split_at(cut.index(entries.len() + 1));
        let report = verify(first, None);
        prop_assert!(report.is_intact());
        let report = chain(&["a1", "a2"]).verify(report.checkpoint(), rest, Some(&last));
        prop_assert!(report.is_intact());
        prop_assert_eq!(report.checkpoint(), &last);
    }

    #[test]
    fn an_entry_is_read_as_it_was_written(payloads in payloads()) {
        for entry in log(&payloads) {
            prop_assert_eq!(&AuditEntry::from_json(&entry.to_json()).unwrap(), &entry);
            let erased = entry.erase();
            prop_assert_eq!(AuditEntry::from_json(&erased.to_json()).unwrap(), erased);
        }
    }

    #[test]
    fn a_changed_byte_is_detected(payloads in payloads(), at in any::<Index>(), byte in 0x20_u8..0x7f) {
        let entries = log(&payloads);
        let lines: Vec<String> = entries.iter().map(AuditEntry::to_json).collect();
        let mut text = lines.join("\n").into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        // If the changed byte is part of a multi-byte character, the text is no longer valid UTF-8.
        // No store returns such text.
        let Ok(text) = String::from_utf8(text) else { return Ok(()) };
        let read: Result<Vec<_>, _> = text.split('\n').map(AuditEntry::from_json).collect();
        let Ok(read) = read else { return Ok(()) };
        prop_assert_eq!(verify(&read, None).is_intact(), read == entries);
    }

    #[test]
    fn a_removed_entry_is_detected(payloads in payloads(), at in any::<Index>()) {
        let mut entries = log(&payloads);
        let last = entries.last().unwrap().checkpoint();
        let at = at.index(entries.len());
        entries.remove(at);
        let is_last = at == entries.len();
        let report = verify(&entries, Some(&last));
        let fault = report.fault().unwrap();
        let kind = if is_last { AuditFaultKind::Truncated } else { AuditFaultKind::Missing };
        prop_assert_eq!((fault.kind(), fault.index(), fault.number()), (kind, at, at as u64 + 1));
        // Without the checkpoint, the removal of the last entry is not detected.
        prop_assert_eq!(verify(&entries, None).is_intact(), is_last);
    }

    #[test]
    fn exchanged_and_repeated_entries_are_detected(
        payloads in payloads(), first in any::<Index>(), second in any::<Index>()
    ) {
        let entries = log(&payloads);
        let (first, second) = (first.index(entries.len()), second.index(entries.len()));
        let mut exchanged = entries.clone();
        exchanged.swap(first, second);
        let report = verify(&exchanged, None);
        let expected = (first != second).then_some(first.min(second));
        prop_assert_eq!(report.fault().map(|fault| fault.index()), expected);

        let mut repeated = entries;
        repeated.insert(second + 1, repeated[second].clone());
        let report = verify(&repeated, None);
        let fault = report.fault().unwrap();
        prop_assert_eq!((fault.kind(), fault.index()), (AuditFaultKind::Order, second + 1));
    }

    #[test]
    fn a_checkpoint_reveals_a_log_that_was_rewritten_with_the_key(
        payloads in payloads(), at in any::<Index>()
    ) {
        let last = log(&payloads).last().unwrap().checkpoint();
        let mut changed = payloads;
        let at = at.index(changed.len());
        changed[at].0.push('!');
        let rewritten = log(&changed);
        prop_assert!(verify(&rewritten, None).is_intact());
        let fault = *verify(&rewritten, Some(&last)).fault().unwrap();
        prop_assert_eq!((fault.kind(), fault.number()), (AuditFaultKind::Checkpoint, last.number()));
    }
}

#[test]
fn the_limits_are_exact() {
    let secret = |length| Secret::new("s".repeat(length));
    let code = |keys: Vec<(String, Secret)>| AuditChain::new(keys).err().map(|error| error.code());
    let ids = |count: usize| (0..count).map(|id| (format!("k{id}"), secret(MIN_AUDIT_SECRET)));
    assert_eq!(code(ids(MAX_AUDIT_KEYS).collect()), None);
    assert_eq!(code(ids(MAX_AUDIT_KEYS + 1).collect()), Some("access.too_many_audit_keys"));
    assert_eq!(code(ids(0).collect()), Some("access.no_audit_key"));
    let short = vec![("a".into(), secret(MIN_AUDIT_SECRET - 1))];
    assert_eq!(code(short), Some("access.audit_secret_too_short"));

    let append = |after: &Checkpoint, length: usize, salt: &[u8]| {
        chain(&["a1"]).append(after, "p".repeat(length), salt).map_err(|error| error.code())
    };
    let entry = append(&start(), MAX_PAYLOAD, &[0; 16]).unwrap();
    assert_eq!(AuditEntry::from_json(&entry.to_json()).unwrap(), entry);
    assert_eq!(append(&start(), MAX_PAYLOAD + 1, &[0; 16]), Err("access.payload_too_large"));
    assert_eq!(append(&start(), 1, &[0; 15]), Err("access.salt_too_short"));
    let json = entry.to_json().replace(":\"pp", ":\"ppp");
    let error = AuditEntry::from_json(&json).unwrap_err();
    assert_eq!(
        (error.code(), error.faults()[0].pointer()),
        ("access.payload_too_large", "/payload/text")
    );

    let code = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    let last = Checkpoint::parse(&format!("{}:{code}:w", i64::MAX)).unwrap();
    assert_eq!(append(&last, 1, &[0; 16]), Err("access.too_many_entries"));
    let before = Checkpoint::parse(&format!("{}:{code}:w", i64::MAX - 1)).unwrap();
    let entry = append(&before, 1, &[0; 16]).unwrap();
    assert_eq!(AuditEntry::from_json(&entry.to_json()).unwrap(), entry);
}

#[test]
fn nothing_prints_a_secret_or_a_payload() {
    let chain = AuditChain::new([("a1", Secret::new("Zq7vXw9kTb3mRn5pZq7vXw9kTb3mRn5p"))]).unwrap();
    assert_eq!(format!("{chain:?}"), "AuditChain([\"a1\"], ••••••••)");
    let entry = chain.append(&start(), "ann@example.com", &[0; 16]).unwrap();
    assert_eq!(format!("{entry:?}"), "AuditEntry(\"w\", 1)");
}
