//! What is refused before anything is done with it.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::world::{Visitor, World, production, staging, told};

const CHECK: &str = "/api/workflows/resize/check";

#[tokio::test]
async fn f01_body_over_64_kib_is_refused_before_it_is_parsed() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    // Not JSON at all: whoever parsed it first would say so.
    let large = vec![b'x'; 64 * 1024 + 1];
    let announced = ada.post_text(CHECK, large.clone()).await;
    told(announced, StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(without_length(&ada, large).await, "HTTP/1.1 413 Payload Too Large");
    let form = ada.post_form("/workflows/resize/preview", &[("/note", &"x".repeat(64 * 1024))]).await;
    assert_eq!(form.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let fits = format!("{{\"parameters\":{}}}{}", staging(), " ".repeat(60 * 1024));
    assert_eq!(without_length(&ada, fits.into_bytes()).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn f02_json_nested_deeper_than_32_is_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let nested =
        |depth: usize| format!(r#"{{"parameters":{{"note":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth));
    let refused = ada.post_text(CHECK, nested(31)).await;
    let problem = told(refused, StatusCode::BAD_REQUEST).await;
    assert!(first(&problem)["message"].as_str().is_some_and(|says| says.contains("nested")), "{problem:#}");
    let judged = told(ada.post_text(CHECK, nested(30)).await, StatusCode::OK).await;
    assert_eq!(judged["valid"], false, "a depth of 32 is read, and the schema judges it");
}

#[tokio::test]
async fn f03_duplicate_keys_are_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let twice = r#"{"parameters":{"cluster":"a","environment":"staging","cluster":"b"}}"#;
    let problem = told(ada.post_text(CHECK, twice).await, StatusCode::BAD_REQUEST).await;
    assert_eq!(first(&problem)["pointer"], "/parameters/cluster", "{problem:#}");
    let spelled_otherwise = r#"{"parameters":{},"\u0070arameters":{}}"#;
    told(ada.post_text(CHECK, spelled_otherwise).await, StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn f04_an_integer_beyond_2_53_is_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    for number in ["9007199254740993", "-9007199254740993", "123456789012345678901234567890", "1e300"] {
        let body = format!(r#"{{"parameters":{{"size":{number}}}}}"#);
        let problem = told(ada.post_text(CHECK, body).await, StatusCode::BAD_REQUEST).await;
        assert_eq!(first(&problem)["pointer"], "/parameters/size", "{number}: {problem:#}");
    }
}

#[tokio::test]
async fn f05_unknown_field_wrong_type_and_wrong_content_type_are_named_and_not_echoed() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let body = json!({"parameters": "hunter2", "surprise": "hunter2"});
    let problem = told(ada.post(CHECK, &body).await, StatusCode::BAD_REQUEST).await;
    assert_eq!(pointers(&problem), ["/parameters", "/surprise"], "all at once: {problem:#}");
    assert!(!problem.to_string().contains("hunter2"), "no value is echoed");

    let mut wrong = production();
    wrong["size"] = json!("hunter2");
    wrong["a/b"] = json!(1);
    let refused = ada.ask("resize", "f05", &wrong).await;
    let problem = told(refused, StatusCode::BAD_REQUEST).await;
    let mut found = pointers(&problem);
    found.sort_unstable();
    assert_eq!(found, ["/parameters/a~1b", "/parameters/size"], "{problem:#}");
    assert!(!problem.to_string().contains("hunter2"), "no value is echoed");

    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let request = ada.posting(CHECK).header("content-type", kind).body("{}");
        told(request.send().await.expect("an answer"), StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
    let bare = ada.posting(CHECK).body("{}").send().await.expect("an answer");
    assert_problem(bare, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    for text in ["", "{", "{} {}", "nul", "[1,]", "\u{feff}{}"] {
        told(ada.post_text(CHECK, text).await, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn f06_a_compressed_body_is_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    for encoding in ["gzip", "br", "gzip, identity"] {
        let request =
            ada.posting(CHECK).header("content-encoding", encoding).json(&json!({"parameters": {}}));
        assert_problem(request.send().await.expect("an answer"), StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
    let page =
        ada.posting("/workflows/resize/preview").header("content-encoding", "gzip").form(&[("/note", "x")]);
    assert_eq!(page.send().await.expect("an answer").status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

async fn assert_problem(answer: Response, status: StatusCode) {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem = told(answer, status).await;
    assert_eq!(problem["status"], status.as_u16());
    assert!(problem["title"].is_string() && problem["detail"].is_string() && problem["type"].is_string());
}

fn first(problem: &Value) -> &Value {
    &problem["errors"][0]
}

fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().expect("errors");
    errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
}

/// Posts a body in pieces, without saying how long it is; the status line of the answer.
async fn without_length(visitor: &Visitor, body: Vec<u8>) -> String {
    let (host, cookie) = (visitor.host().to_owned(), visitor.cookie().to_owned());
    let exchange = move || {
        let mut stream = TcpStream::connect(&host).expect("the portal listens");
        let head = format!(
            "POST {CHECK} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("is sent");
        for piece in body.chunks(8 * 1024) {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).expect("is sent");
            stream.write_all(piece).and_then(|()| stream.write_all(b"\r\n")).expect("is sent");
        }
        stream.write_all(b"0\r\n\r\n").expect("is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.lines().next().unwrap_or_default().to_owned()
    };
    tokio::task::spawn_blocking(exchange).await.expect("the exchange ends")
}
