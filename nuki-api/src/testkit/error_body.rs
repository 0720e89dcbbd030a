//! The forms in which the service writes errors, all seen in the wild: a Java Throwable as JSON, a status of its
//! framework (Restlet) as JSON, plain text, and the HTML of the proxy in front of it (nginx).

use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::account::without_nulls;

/// A request that an operation refuses.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
        Refusal::new(400, message)
    }

    pub(super) fn unauthorized() -> Refusal {
        Refusal::new(401, "Your access token is not authorized")
    }

    pub(super) fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(404, message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Refusal {
        Refusal::new(409, message)
    }

    /// Another change is under way. Of this one alone, bodies without a message were seen.
    pub(super) fn busy() -> Refusal {
        Refusal::new(423, "")
    }

    /// An operation that came with a newer document.
    pub(super) fn not_implemented() -> Refusal {
        Refusal::new(501, "The sandbox does not have this operation yet")
    }

    pub(super) fn with_status(self, status: u16) -> Refusal {
        Refusal { status, ..self }
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match status {
            // The one status that the service answers in plain text.
            StatusCode::FORBIDDEN => written(status, "text/plain", "403 Forbidden".into()),
            StatusCode::LOCKED => json_response(status, &json!({"stackTrace": [], "suppressedExceptions": []})),
            _ => throwable(status, &self.message),
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }
}

/// `{"detailMessage":"..","stackTrace":[],"suppressedExceptions":[]}`
pub(super) fn throwable(status: StatusCode, message: &str) -> Response<Bytes> {
    json_response(status, &json!({"detailMessage": message, "stackTrace": [], "suppressedExceptions": []}))
}

/// `{"code":404,"description":"..","homeRef":"/","reasonPhrase":"Not Found","uri":".."}`
pub(super) fn framework(status: StatusCode, description: &str) -> Response<Bytes> {
    let reason = status.canonical_reason().unwrap_or_default();
    let uri = meaning(status.as_u16());
    let body = json!({
        "code": status.as_u16(), "description": description, "homeRef": "/", "reasonPhrase": reason, "uri": uri
    });
    json_response(status, &without_nulls(body))
}

/// Restlet's `uri` is no path: it names the section of RFC 2616 that defines the status, where there is one.
fn meaning(code: u16) -> Option<String> {
    let section = match code {
        400..=417 => format!("4.{}", code - 399),
        500..=505 => format!("5.{}", code - 499),
        _ => return None,
    };
    Some(format!("http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.{section}"))
}

/// The error page of nginx.
pub(super) fn html(status: StatusCode) -> Response<Bytes> {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    written(status, "text/html", page.into())
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response<Bytes> {
    written(status, "application/json", body.to_string().into())
}

pub(super) fn ok(body: &Value) -> Response<Bytes> {
    json_response(StatusCode::OK, body)
}

pub(super) fn no_content() -> Response<Bytes> {
    empty(StatusCode::NO_CONTENT)
}

pub(super) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

pub(super) fn written(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
