//! What is true of every request: unknown paths, other methods, HEAD, OPTIONS, content types and sizes.

use ::http::Request;
use serde_json::json;

use super::*;

fn plain(method: &str, target: &str) -> Response<Bytes> {
    world().handle(request(Some(Sandbox::TOKEN), method, target, ""))
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

#[test]
fn an_unknown_path_answers_404_in_the_form_of_the_framework() {
    let (status, body) = call(&world(), "GET", "/accounts?x=1");
    assert_eq!(status, 404);
    assert_eq!((&body["code"], &body["reasonPhrase"], &body["homeRef"]), (&json!(404), &json!("Not Found"), &json!("/")));
    assert_eq!(body["uri"], "http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.5");
}

#[test]
fn another_method_answers_405_and_names_those_that_are_allowed() {
    let response = plain("PATCH", "/account");
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, Some("GET, HEAD, POST, DELETE, OPTIONS")));
    let (_, body) = value(response);
    assert_eq!((&body["code"], &body["reasonPhrase"]), (&json!(405), &json!("Method Not Allowed")));
    assert_eq!(plain("HEAD", "/account/otp").status(), 405);
    assert_eq!(plain("GET", "/account/otp").status(), 405);
}

#[test]
fn options_answers_204_without_a_token() {
    let response = world().handle(request(None, "OPTIONS", "/account/sub/1", ""));
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (204, Some("GET, HEAD, POST, DELETE, OPTIONS")));
}

#[test]
fn head_answers_like_get_without_the_body() {
    let (get, head) = (plain("GET", "/account"), plain("HEAD", "/account"));
    assert_eq!((head.status(), head.body().len()), (get.status(), 0));
    assert_eq!(header(&head, "content-type"), header(&get, "content-type"));
    assert_eq!(header(&head, "content-length"), Some(get.body().len().to_string().as_str()));
}

#[test]
fn a_204_has_no_body_and_a_200_is_json() {
    assert!(plain("DELETE", "/account/setting").body().is_empty());
    assert_eq!(header(&plain("GET", "/account"), "content-type"), Some("application/json"));
}

#[test]
fn a_body_is_judged_as_json_whatever_the_content_type_says() {
    let sandbox = world();
    for content_type in ["application/json; charset=utf-8", "text/plain", "application/json;x=\"y\""] {
        let request = Request::put("/account/setting")
            .header("authorization", "Bearer sandbox-token")
            .header("content-type", content_type)
            .body(Bytes::from_static(b" { \"web\" : {} } "))
            .expect("a request");
        assert_eq!(sandbox.handle(request).status(), 200, "{content_type}");
    }
}

#[test]
fn a_body_that_is_no_json_object_answers_400() {
    let sandbox = world();
    let deep = "[".repeat(100_000);
    for body in
        [&b""[..], b"{", b"null", b"[]", b"\xff\xfe{}", b"{\"language\":\"\xff\"}", b"{\"a\":\"\\ud800\"}", deep.as_bytes()]
    {
        let request = request(Some(Sandbox::TOKEN), "PUT", "/account/setting", body.to_vec());
        let (status, body) = value(sandbox.handle(request));
        assert_eq!((status, body["detailMessage"].is_string()), (400, true));
    }
}

#[test]
fn a_body_that_is_too_large_answers_413_as_a_proxy_does() {
    let body = vec![b' '; 1024 * 1024 + 1];
    let response = world().handle(request(None, "PUT", "/account/setting", body));
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (413, Some("text/html")));
}
