//! Builds requests: the method, URL, headers and body of an operation.
//!
//! The order of the headers is fixed: the credential headers, `accept`, `content-type`, then the
//! extra headers in the given order.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::expected;
use keyrail_core::{
    HeaderText, HeaderValue, Request, header_names_collide, is_credential_header,
    is_credential_name, is_token,
};
use keyrail_header::{Credentials, Scheme};
use keyrail_url::{BaseUrlTemplate, EncodeSet, MAX_URL, encode_into, encode_with};

use crate::error::url_error;
use crate::{BodyKind, Error, ErrorKind, Operation, Platform, TokenSpec, WebhookTraits};

/// The headers that specify the host, the connection and the length of a message (RFC 9110,
/// sections 7.2, 7.6.1 and 8.6; RFC 9112, section 6.1). The HTTP client writes them. If a request
/// had one of them twice, a server could read two requests instead of one, or the credentials could
/// be sent to another host.
const FRAMING: [&str; 4] = ["Connection", "Content-Length", "Host", "Transfer-Encoding"];

/// The maximum number of extra headers in a request.
pub const MAX_HEADERS: usize = 256;

/// The arguments of [`Platform::request`], apart from the operation's name.
///
/// `Debug` prints the lengths of the lists and of the body, the name of the scheme, and the
/// credentials without the key and the token.
#[derive(Clone, Copy, Default)]
pub struct Call<'a> {
    /// The variables of the URL, exactly those of
    /// [`Operation::variables`], in any order.
    pub variables: &'a [(&'a str, &'a str)],
    /// The query's names and values, in the order in which they are sent.
    pub query: &'a [(&'a str, &'a str)],
    /// Extra headers, in the order in which they are sent. A header with the [name of a
    /// credential](is_credential_name) is sensitive, even if its value is not marked as sensitive.
    pub headers: &'a [(&'a str, HeaderText<'a>)],
    /// The body, as it is sent.
    pub body: Option<&'a [u8]>,
    /// The names and values of a form to send as the body, in this order, if the operation takes a
    /// form. [`Operation::limits`] are checked only for a form that is passed here.
    pub form: Option<&'a [(&'a str, &'a str)]>,
    /// The credentials, which the scheme converts to headers.
    pub credentials: Option<&'a Credentials>,
    /// The name of the scheme to use instead of the platform's default. If the operation has its
    /// own scheme, no other is allowed.
    pub scheme: Option<&'a str>,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("variables", &self.variables.len())
            .field("query", &self.query.len())
            .field("headers", &self.headers.len())
            .field("body", &self.body.map(<[u8]>::len))
            .field("form", &self.form.map(<[_]>::len))
            .field("credentials", &self.credentials)
            .field("scheme", &self.scheme)
            .finish()
    }
}

impl Platform {
    /// Builds the request of an operation, but does not send it.
    ///
    /// # Errors
    ///
    /// - For the operation: `platform.unknown_operation`, `platform.unknown_path` if the vendor
    ///   does not publish the operation's path, and `platform.unknown_method` if the vendor does
    ///   not publish the operation's method.
    /// - For the URL: `platform.missing_variable`, `platform.unknown_variable`, and for an invalid
    ///   value a code such as `url.dot_segment`, with the offset in the value.
    /// - For the credentials: `platform.missing_credentials`, the codes of
    ///   [`Scheme::apply`](keyrail_header::Scheme::apply), `platform.unknown_scheme`, and
    ///   `platform.fixed_scheme` for a scheme other than the operation's own.
    /// - For the body: `platform.unexpected_body`, `platform.two_bodies`, `platform.wrong_body`
    ///   for a form if JSON is required, and `platform.field_too_long`, with the offset of the
    ///   first excess character in the field's value.
    /// - For an extra header: `platform.credential_header`, `platform.framing_header`
    ///   (`Connection`, `Content-Length`, `Host` and `Transfer-Encoding`, which the HTTP client
    ///   writes), `platform.duplicate_header`, `platform.malformed_header_name`,
    ///   `platform.too_many_headers` (above [`MAX_HEADERS`]), `header.malformed_value` and
    ///   `header.too_long`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Secret;
    /// use keyrail_header::Credentials;
    /// use keyrail_platform::{Call, Platform};
    /// let credentials = Credentials::new(Secret::new("k-1")).with_token(Secret::new("t-1"));
    /// let request = Platform::get("vchatcloud")?.request("room.get", &Call {
    ///     variables: &[("roomId", "room 1")],
    ///     credentials: Some(&credentials),
    ///     ..Call::default()
    /// })?;
    /// assert_eq!(request.url, "https://vchatcloud.com/openapi/v2/rooms/room%201");
    /// let names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["API_KEY", "X-AUTH-TOKEN"]);
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn request(&self, operation: &str, call: &Call<'_>) -> Result<Request, Error> {
        let operation = self.operation(operation)?;
        let template = operation.url.as_ref().ok_or(ErrorKind::UnknownPath)?;
        let method = operation.method().ok_or(ErrorKind::UnknownMethod)?;
        let url = url(template, call)?;
        let body = body(operation, call)?;
        Ok(Request { method: method.into(), url, headers: self.headers(operation, call)?, body })
    }

    /// Returns the scheme that the call selects, or the operation's scheme if the call selects
    /// none.
    fn selected_scheme(&self, operation: &Operation, call: &Call<'_>) -> Result<&Scheme, Error> {
        let Some(name) = call.scheme else { return Ok(self.scheme_of(operation)) };
        if operation.scheme().is_some_and(|own| own != name) {
            return Err(ErrorKind::FixedScheme.into());
        }
        let mut schemes = self.schemes();
        let named = schemes.find(|(known, _)| *known == name);
        let unknown = || {
            let known: Vec<&str> = self.schemes().map(|(name, _)| name).collect();
            ErrorKind::UnknownScheme(expected(name, &known)).into()
        };
        named.map(|(_, scheme)| scheme).ok_or_else(unknown)
    }

    fn headers(
        &self,
        operation: &Operation,
        call: &Call<'_>,
    ) -> Result<Vec<(String, HeaderValue)>, Error> {
        let credentials = call.credentials.ok_or(ErrorKind::MissingCredentials)?;
        let applied = self.selected_scheme(operation, call)?.apply(credentials);
        let mut headers =
            applied.map_err(|error| error.with_kind(ErrorKind::Header(*error.kind())))?;
        if let Some(accept) = &self.accept {
            headers.push(("accept".into(), accept.clone()));
        }
        let media_type = match (call.form, call.body) {
            (Some(_), _) => BodyKind::Form.content_type(),
            (None, Some(_)) => operation.body().content_type(),
            (None, None) => None,
        };
        if let Some(media_type) = media_type {
            headers.push(("content-type".into(), header_value(media_type)?));
        }
        if call.headers.len() > MAX_HEADERS {
            return Err(ErrorKind::TooManyHeaders.into());
        }
        // A call may have many extra headers, so their names are collected in a set. The other
        // headers are few.
        let (mut seen, own_count) = (BTreeSet::new(), headers.len());
        for (name, text) in call.headers {
            self.check_name(name)?;
            let mut own = headers.iter().take(own_count);
            let folded = name.to_ascii_lowercase().replace('_', "-");
            if !seen.insert(folded) || own.any(|(earlier, _)| header_names_collide(earlier, name)) {
                return Err(ErrorKind::DuplicateHeader.into());
            }
            let value = match text.is_sensitive() || is_credential_name(name) {
                true => HeaderValue::sensitive(text.reveal()),
                false => HeaderValue::new(text.reveal()),
            };
            headers.push(((*name).into(), value.map_err(|error| value_error(&error))?));
        }
        Ok(headers)
    }

    /// Checks the name of an extra header. It must be a token (RFC 9110, section 5.6.2). It must
    /// not be in [`FRAMING`], and it must not name a credential header. Credential headers are the
    /// well-known ones, the headers of this platform's schemes, the header with the token that the
    /// platform issues, and the header with the token that the platform sends to webhooks.
    fn check_name(&self, name: &str) -> Result<(), Error> {
        check_token(name)?;
        if FRAMING.iter().any(|known| header_names_collide(known, name)) {
            return Err(ErrorKind::FramingHeader.into());
        }
        let in_schemes = self.schemes().flat_map(|(_, scheme)| scheme.header_names());
        let of_token = self.token().and_then(TokenSpec::header);
        let of_webhook = self.webhook().and_then(WebhookTraits::token_header);
        let mut own = in_schemes.chain(of_token).chain(of_webhook);
        if is_credential_header(name) || own.any(|known| header_names_collide(known, name)) {
            return Err(ErrorKind::CredentialHeader.into());
        }
        Ok(())
    }
}

/// Checks that a header's name is a token (RFC 9110, section 5.6.2).
fn check_token(name: &str) -> Result<(), Error> {
    if is_token(name) { Ok(()) } else { Err(ErrorKind::MalformedHeaderName.into()) }
}

/// Parses the name of a header in a document.
pub(crate) fn header_name(text: &str) -> Result<String, Error> {
    check_token(text).map(|()| text.into())
}

/// Parses the value of a header in a call or a document.
pub(crate) fn header_value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::new(text).map_err(|error| value_error(&error))
}

fn value_error(error: &keyrail_core::Error<keyrail_core::ErrorKind>) -> Error {
    error.with_kind(ErrorKind::Value(error.kind().clone()))
}

/// Rejects a value of a form field if it has more characters than the vendor allows.
fn check_length(operation: &Operation, name: &str, value: &str) -> Result<(), Error> {
    let limit = operation.limits().find(|(field, _)| *field == name).map(|(_, limit)| limit);
    let excess = limit.and_then(|limit| value.char_indices().nth(limit));
    match excess {
        Some((at, _)) => Err(Error::at(ErrorKind::FieldTooLong, at)),
        None => Ok(()),
    }
}

/// Returns the bytes of the body, or `None` if the call has no body.
fn body(operation: &Operation, call: &Call<'_>) -> Result<Option<Vec<u8>>, Error> {
    let form = match (operation.body(), call.body, call.form) {
        (_, None, None) => return Ok(None),
        (BodyKind::None, ..) => return Err(ErrorKind::UnexpectedBody.into()),
        (_, Some(_), Some(_)) => return Err(ErrorKind::TwoBodies.into()),
        (BodyKind::Json, None, Some(_)) => return Err(ErrorKind::WrongBody.into()),
        (_, Some(body), None) => return Ok(Some(body.to_vec())),
        (_, None, Some(form)) => form,
    };
    let mut encoded = String::new();
    for (name, value) in form {
        check_length(operation, name, value)?;
        if !encoded.is_empty() {
            encoded.push('&');
        }
        encoded.push_str(&encode_with(name, EncodeSet::FORM));
        encoded.push('=');
        encoded.push_str(&encode_with(value, EncodeSet::FORM));
    }
    Ok(Some(encoded.into_bytes()))
}

fn url(template: &BaseUrlTemplate, call: &Call<'_>) -> Result<String, Error> {
    let mut url = String::new();
    template.expand_into(call.variables, &mut url).map_err(|error| url_error(&error))?;
    for (at, (name, value)) in call.query.iter().enumerate() {
        if url.len().max(name.len()).max(value.len()) > MAX_URL {
            return Err(ErrorKind::Url(keyrail_url::ErrorKind::TooLong).into());
        }
        url.push(if at == 0 { '?' } else { '&' });
        encode_into(name, &mut url);
        url.push('=');
        encode_into(value, &mut url);
    }
    if url.len() > MAX_URL {
        return Err(ErrorKind::Url(keyrail_url::ErrorKind::TooLong).into());
    }
    Ok(url)
}
