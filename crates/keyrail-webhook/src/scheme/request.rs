//! Requests, as a signature covers them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use keyrail_core::Timestamp;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::declared::{Declared, decode_hex};
use super::place::{Place, Value};
use super::pointer::{Found, find};
use crate::content::MAX_SIGNATURES;
use crate::{Error, ErrorKind};

/// The maximum number of parameters of a form that is signed.
pub const MAX_FORM_PAIRS: usize = 1000;

/// A request that is signed, or whose signature is verified.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a, N, V> {
    /// The method, such as `POST`.
    pub method: &'a str,
    /// The whole URL to which the request was sent, with its query. Behind a proxy, it is the URL that
    /// the sender used, not the one that reaches your program.
    pub url: &'a str,
    /// The headers, in the order in which they were received.
    pub headers: &'a [(N, V)],
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// A request whose signature is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRequest {
    pub(super) id: Option<String>,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) is_id_signed: bool,
    pub(super) covered: Vec<String>,
}

impl VerifiedRequest {
    /// Returns the id of the message, or `None` if the scheme has none, or if the request does not
    /// contain exactly one. Anyone who sees a request can send it again with another id, unless
    /// [`is_id_signed`](Self::is_id_signed).
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns whether the signature covers the id: by itself, or as a part of the signed body.
    pub const fn is_id_signed(&self) -> bool {
        self.is_id_signed
    }

    /// Returns the time of signing, if the scheme has one.
    pub const fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    /// Returns the names of the parts that the signature covers, in order: `method`, `url`, `body`,
    /// `timestamp`, `id`, `header:NAME`, `json:POINTER` or `form`. A static token covers nothing.
    ///
    /// `form` does not say where a name or a value ends. HubSpot and Twilio sign parts without a
    /// separator: their signatures do not say where one part ends and the next one begins.
    pub fn covered(&self) -> &[String] {
        &self.covered
    }
}

/// A request that was received, with what was read from it.
pub(super) struct Received<'a> {
    method: &'a str,
    url: &'a str,
    headers: Vec<(&'a [u8], &'a [u8])>,
    body: &'a [u8],
}

impl<'a> Received<'a> {
    pub(super) fn new<N: AsRef<[u8]>, V: AsRef<[u8]>>(request: &SignedRequest<'a, N, V>) -> Self {
        let headers = request.headers.iter();
        Self {
            method: request.method,
            url: request.url,
            headers: headers.map(|(name, value)| (name.as_ref(), value.as_ref())).collect(),
            body: request.body,
        }
    }

    pub(super) const fn method(&self) -> &'a str {
        self.method
    }

    pub(super) const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Returns the URL as the scheme signs it.
    pub(super) fn url(&self, declared: &Declared) -> Result<Cow<'a, [u8]>, Error> {
        if self.url.is_empty() {
            return Err(ErrorKind::MissingUrl.into());
        }
        if declared.url_unescape.is_empty() {
            return Ok(self.url.as_bytes().into());
        }
        // Before the query, the escapes stay: two URLs with different paths must not become equal.
        let (path, query) = self.url.split_once('?').unwrap_or((self.url, ""));
        let start = path.len() + usize::from(path.len() < self.url.len());
        let (mut plain, mut rest) =
            (self.url.as_bytes().get(..start).unwrap_or_default().to_vec(), query.as_bytes());
        while let [byte, tail @ ..] = rest {
            let escaped = match rest {
                [b'%', high, low, ..] => {
                    decode_hex(&[*high, *low]).and_then(|it| it.first().copied())
                }
                _ => None,
            };
            match escaped.filter(|byte| declared.url_unescape.as_bytes().contains(byte)) {
                Some(byte) => {
                    plain.push(byte);
                    rest = tail.get(2..).unwrap_or_default();
                }
                None => {
                    plain.push(*byte);
                    rest = tail;
                }
            }
        }
        Ok(plain.into())
    }

    /// Returns the value of a header, which must occur exactly once.
    pub(super) fn header(&self, name: &str) -> Result<Cow<'a, [u8]>, Error> {
        self.find_header(name)?.map(Cow::Borrowed).ok_or_else(|| ErrorKind::MissingPart.into())
    }

    fn find_header(&self, name: &str) -> Result<Option<&'a [u8]>, Error> {
        let is_meant = |other: &[u8]| other.eq_ignore_ascii_case(name.as_bytes());
        let mut found = self.headers.iter().filter(|(other, _)| is_meant(other));
        let value = found.next().map(|(_, value)| value.trim_ascii());
        match found.next() {
            Some(_) => Err(ErrorKind::DuplicateHeader.into()),
            None => Ok(value),
        }
    }

    /// Returns the value of a parameter of the URL's query, which must occur at most once.
    fn query(&self, name: &str) -> Result<Option<Cow<'a, str>>, Error> {
        let url = self.url.split_once('#').map_or(self.url, |(url, _)| url);
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        // Other parameters may be malformed: they are not read.
        let is_meant = |other: &str| keyrail_url::decode(other).is_ok_and(|other| other == name);
        let mut found = pairs.filter(|(other, _)| is_meant(other));
        let value = found.next().map(|(_, value)| keyrail_url::decode(value));
        if found.next().is_some() {
            return Err(ErrorKind::DuplicateValue.into());
        }
        value.transpose().map_err(|_| ErrorKind::MalformedUrl.into())
    }

    /// Returns the string or the integer at a JSON Pointer in the body.
    pub(super) fn json(&self, pointer: &str) -> Result<Cow<'a, str>, Error> {
        self.find_json(pointer)?.map(Cow::Owned).ok_or_else(|| ErrorKind::MissingPart.into())
    }

    fn find_json(&self, pointer: &str) -> Result<Option<String>, Error> {
        match find(self.body, pointer).ok_or(ErrorKind::MalformedBody)? {
            Found::Text(text) => Ok(Some(text)),
            Found::Nothing => Ok(None),
            Found::Duplicate => Err(ErrorKind::DuplicateValue.into()),
        }
    }

    /// Returns all values at a place.
    pub(super) fn all(&self, value: &Value) -> Result<Vec<String>, Error> {
        let text: Option<Cow<'_, str>> = match &value.place {
            Place::Header(name) => match self.find_header(name)? {
                Some(bytes) => {
                    Some(str::from_utf8(bytes).map_err(|_| ErrorKind::SchemeSignature)?.into())
                }
                None => None,
            },
            Place::Query(name) => self.query(name)?,
            Place::Json(pointer) => self.find_json(pointer)?.map(Cow::Owned),
        };
        let Some(text) = text else { return Ok(Vec::new()) };
        let values = value.read(&text, MAX_SIGNATURES).ok_or(ErrorKind::TooManySignatures)?;
        Ok(values.into_iter().map(Into::into).collect())
    }

    /// Returns the value at a place, if there is one. It must not occur more than once.
    pub(super) fn one(&self, value: &Value) -> Result<Option<String>, Error> {
        let mut values = self.all(value)?.into_iter();
        let first = values.next();
        match values.next() {
            Some(_) => Err(ErrorKind::DuplicateValue.into()),
            None => Ok(first),
        }
    }

    /// Returns the parameters of a form in the body as Twilio signs them: sorted by name and value,
    /// without repetitions, each name followed by its value.
    pub(super) fn form_sorted(&self) -> Result<String, Error> {
        let body = str::from_utf8(self.body).map_err(|_| ErrorKind::MalformedBody)?;
        let decode = |text| keyrail_url::decode_form(text).map_err(|_| ErrorKind::MalformedBody);
        let mut pairs = Vec::new();
        for pair in body.split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MAX_FORM_PAIRS {
                return Err(ErrorKind::MalformedBody.into());
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs.iter().flat_map(|(name, value)| [&**name, &**value]).collect())
    }

    /// Checks the digest of the body in the URL's query, if the scheme has one. Returns whether the
    /// URL contains it.
    pub(super) fn check_body_digest(&self, declared: &Declared) -> Result<bool, Error> {
        let Some(name) = &declared.body_digest else { return Ok(false) };
        let Some(digest) = self.query(name)? else { return Ok(false) };
        let expected = Sha256::digest(self.body);
        let digest = decode_hex(digest.as_bytes()).ok_or(ErrorKind::SchemeSignature)?;
        match bool::from(digest.as_slice().ct_eq(expected.as_slice())) {
            true => Ok(true),
            false => Err(ErrorKind::WrongSignature.into()),
        }
    }
}
