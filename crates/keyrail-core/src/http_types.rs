//! Conversions to the types of the `http` crate (feature `http`).

use alloc::string::String;
use alloc::vec::Vec;

use ::http::{HeaderMap, HeaderName};

use crate::{HeaderValue, Request, Response};

impl TryFrom<&HeaderValue> for ::http::HeaderValue {
    type Error = ::http::Error;

    /// Converts a header value. A sensitive value stays sensitive.
    fn try_from(value: &HeaderValue) -> Result<Self, Self::Error> {
        let mut converted = Self::from_str(value.reveal())?;
        converted.set_sensitive(value.is_sensitive());
        Ok(converted)
    }
}

/// ```
/// use keyrail_core::{HeaderValue, Request};
/// let request = Request {
///     method: "GET".into(),
///     url: "https://api.example/v1/agent".into(),
///     headers: vec![("API_KEY".into(), HeaderValue::sensitive("k-1").unwrap())],
///     body: None,
/// };
/// let request = http::Request::try_from(request)?;
/// assert_eq!(request.uri().path(), "/v1/agent");
/// assert!(request.headers()["api_key"].is_sensitive());
/// # Ok::<(), http::Error>(())
/// ```
impl TryFrom<Request> for ::http::Request<Vec<u8>> {
    type Error = ::http::Error;

    /// Converts a request. If it has no body, the result has an empty one.
    fn try_from(request: Request) -> Result<Self, Self::Error> {
        let mut converted = Self::new(request.body.unwrap_or_default());
        *converted.method_mut() = request.method.parse()?;
        *converted.uri_mut() = request.url.try_into()?;
        *converted.headers_mut() = to_header_map(&request.headers)?;
        Ok(converted)
    }
}

impl TryFrom<Response> for ::http::Response<Vec<u8>> {
    type Error = ::http::Error;

    /// Converts a response. If it has no body, the result has an empty one.
    fn try_from(response: Response) -> Result<Self, Self::Error> {
        let mut converted = Self::new(response.body.unwrap_or_default());
        *converted.status_mut() = response.status.try_into()?;
        *converted.headers_mut() = to_header_map(&response.headers)?;
        Ok(converted)
    }
}

fn to_header_map(headers: &[(String, HeaderValue)]) -> Result<HeaderMap, ::http::Error> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>()?, value.try_into()?);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use crate::{HeaderValue, Request, Response};

    #[test]
    fn a_converted_request_keeps_its_parts_and_sensitive_headers() {
        let request = Request {
            method: "POST".into(),
            url: "https://api.example/v1/send?a=b".into(),
            headers: vec![
                ("x-api-key".into(), HeaderValue::sensitive("k").unwrap()),
                ("accept".into(), HeaderValue::new("a").unwrap()),
                ("accept".into(), HeaderValue::new("b").unwrap()),
            ],
            body: Some(b"{}".to_vec()),
        };
        let converted = http::Request::try_from(request).unwrap();
        assert_eq!((converted.method().as_str(), converted.uri().query()), ("POST", Some("a=b")));
        assert!(converted.headers()["x-api-key"].is_sensitive());
        assert!(!converted.headers()["accept"].is_sensitive());
        assert_eq!(converted.headers().get_all("accept").iter().count(), 2);
        assert_eq!(converted.body(), b"{}");
    }

    #[test]
    fn an_invalid_request_or_response_fails_to_convert() {
        let valid =
            Request { method: "GET".into(), url: "https://a/".into(), headers: vec![], body: None };
        assert!(http::Request::try_from(valid.clone()).unwrap().body().is_empty());
        let value = || HeaderValue::new("a").unwrap();
        for invalid in [
            Request { method: "G T".into(), ..valid.clone() },
            Request { url: "https://a b/".into(), ..valid.clone() },
            Request { headers: vec![("a b".into(), value())], ..valid },
        ] {
            assert!(http::Request::try_from(invalid).is_err());
        }
        let response = Response { status: 42, headers: vec![], body: None };
        assert!(http::Response::try_from(response).is_err());
        let response = Response { status: 401, headers: vec![("a".into(), value())], body: None };
        assert_eq!(http::Response::try_from(response).unwrap().status(), 401);
    }
}
