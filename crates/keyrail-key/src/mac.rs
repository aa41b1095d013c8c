//! HMAC-SHA-256 (RFC 2104, FIPS 180-4), keyed with bytes of any length.

use hmac::{Hmac, KeyInit};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// The block size of SHA-256, in bytes.
const BLOCK_SIZE: usize = 64;

/// Returns an HMAC under this key. The caller adds the message.
///
/// The key is hashed if it is longer than a block, and padded if it is shorter, as RFC 2104
/// specifies. This is done here, so that the constructor for a key of exactly one block can be
/// used. It always succeeds, but the constructor for a key of any length returns a `Result`.
pub fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; BLOCK_SIZE]);
    if key.len() > BLOCK_SIZE {
        let mut hashed = Sha256::digest(key);
        copy(&hashed, &mut *block);
        hashed.as_mut_slice().zeroize();
    } else {
        copy(key, &mut *block);
    }
    Hmac::new((&*block).into())
}

fn copy(from: &[u8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use hmac::Mac as _;

    use super::keyed;

    fn hex(key: &[u8], message: &[u8]) -> String {
        let code = keyed(key).chain_update(message).finalize().into_bytes();
        code.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_test_cases_of_rfc_4231_pass_for_short_and_long_keys() {
        assert_eq!(
            hex(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
