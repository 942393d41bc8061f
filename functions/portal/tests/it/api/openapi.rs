//! The document is the API: every route is in it, and real answers fit it.

use std::path::Path;

use jiff::SignedDuration;
use jsonschema::Validator;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::world::{Visitor, World, execution, finishing, production};

#[tokio::test]
async fn every_operation_of_the_document_is_routed() {
    let world = World::start().await;
    let visitor = world.visitor();
    let document = visitor.json("/api/openapi.json").await;
    assert!(
        document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
        "{}",
        document["openapi"]
    );
    let mut count = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let address = path.replace("{id}", "x").replace("{slug}", "x").replace("{gate}", "x");
        for method in item.as_object().expect("operations").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let answer =
                visitor.request(method.clone(), &address).header("sec-fetch-site", "same-origin").send();
            let status = answer.await.expect("an answer").status();
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let unmatched = visitor.get("/no-such-page").await.status();
            assert!(status != unmatched || path.contains('{'), "{method} {path}: {status}");
            count += 1;
        }
    }
    assert!(count >= 31, "only {count} operations");
}

/// Routes enter the router only through the list that makes the document: nothing else may add one.
#[test]
fn every_route_is_in_the_document() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api")];
    let mut handlers = Vec::new();
    let mut listed = String::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        if path.ends_with("api/mod.rs") {
            assert_eq!(text.matches(".route(\"").count(), 1, "only the answer to unknown API addresses");
            listed.clone_from(&text);
        } else if !path.ends_with("api/route.rs") {
            assert!(!text.contains(".route(") && !text.contains("axum::routing"), "{}", path.display());
            handlers.extend(text.matches("#[utoipa::path(").map(|_| path.clone()));
        }
    }
    let list = listed.split("fn routes()").nth(1).expect("the list").split("\n}\n").next().expect("its end");
    let names = list.lines().filter_map(|line| line.split("=> ").nth(1));
    let routed = names.flat_map(|names| names.split(", ")).count();
    assert!(handlers.len() >= 23);
    assert_eq!(routed, handlers.len(), "handlers that are described and those that are listed");
}

#[tokio::test]
async fn real_answers_fit_the_document() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let document = ada.json("/api/openapi.json").await;
    let body = json!({"parameters": production()});
    let run = ada.run("resize", "fits", &production()).await;
    world.step("next-gate", &run).await;
    let digest = world.run(&run).await.digest;
    let one = format!("/api/runs/{run}");
    let fit = Fit { document: &document };
    fit.get(&ada, "/api/session", "/api/session", 200).await;
    fit.get(&world.visitor(), "/api/session", "/api/session", 200).await;
    fit.get(&ada, "/api/runs", "/api/runs", 200).await;
    let limits = "/api/workflows/{slug}/limits";
    fit.get(&bob, "/api/workflows/limited/limits", limits, 200).await;
    fit.get(&ada, "/api/workflows/limited/limits", limits, 404).await;
    fit.get(&ada, &one, "/api/runs/{id}", 200).await;
    fit.get(&ada, "/api/runs/none", "/api/runs/{id}", 404).await;
    fit.get(&world.visitor(), &one, "/api/runs/{id}", 401).await;
    fit.get(&ada, &format!("{one}/steps"), "/api/runs/{id}/steps", 503).await;
    world.engine.break_down(false);
    world.engine.history(&execution(&run), finishing());
    fit.get(&ada, &format!("{one}/steps"), "/api/runs/{id}/steps", 200).await;
    world.engine.break_down(true);
    fit.get(&bob, "/api/approvals", "/api/approvals", 200).await;
    fit.post(&ada, "/api/workflows/resize/check", "/api/workflows/{slug}/check", &body, 200).await;
    fit.get(&bob, "/api/me/preferences", "/api/me/preferences", 200).await;
    fit.get(&bob, "/api/me/deputy", "/api/me/deputy", 200).await;
    let until = world.portal.now() + SignedDuration::from_hours(1);
    fit.put(&bob, "/api/me/deputy", &json!({"deputy": "eve", "until": until})).await;
    fit.put(&bob, "/api/me/preferences", &json!({"medium": "both", "digest": "daily", "hour": 8})).await;
    fit.get(&world.person("eve").await, "/api/me/deputy", "/api/me/deputy", 200).await;
    let wrong = json!({"parameters": {"cluster": 1}});
    fit.post(&ada, "/api/workflows/resize/check", "/api/workflows/{slug}/check", &wrong, 200).await;
    fit.post(&ada, "/api/workflows/resize/runs", "/api/workflows/{slug}/runs", &body, 400).await;
    let again = ada.ask("resize", "fits", &production()).await.json::<Value>().await.expect("JSON");
    fit.check("/api/workflows/{slug}/runs", "post", 200, &again);
    let vote = json!({"decision": "approve", "reason": "Fine", "digest": digest});
    let decisions = "/api/runs/{id}/approvals/{gate}/decisions";
    fit.post(&bob, &format!("{one}/approvals/owner/decisions"), decisions, &vote, 200).await;
    fit.get(&ada, &one, "/api/runs/{id}", 200).await;
    fit.post(&ada, &format!("{one}/cancel"), "/api/runs/{id}/cancel", &json!({}), 200).await;
}

/// Holds answers against the document.
struct Fit<'a> {
    document: &'a Value,
}

impl Fit<'_> {
    async fn get(&self, visitor: &Visitor, address: &str, path: &str, status: u16) {
        let answer = visitor.get(address).await;
        assert_eq!(answer.status().as_u16(), status, "{address}");
        self.check(path, "get", status, &answer.json().await.expect("JSON"));
    }

    async fn post(&self, visitor: &Visitor, address: &str, path: &str, body: &Value, status: u16) {
        let answer = visitor.post(address, body).await;
        assert_eq!(answer.status().as_u16(), status, "{address}");
        self.check(path, "post", status, &answer.json().await.expect("JSON"));
    }

    async fn put(&self, visitor: &Visitor, path: &str, body: &Value) {
        let request = visitor.request(Method::PUT, path).header("sec-fetch-site", "same-origin").json(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        self.check(path, "put", 200, &answer.json().await.expect("JSON"));
    }

    fn check(&self, path: &str, method: &str, status: u16, body: &Value) {
        let responses = &self.document["paths"][path][method]["responses"];
        let named = responses.get(status.to_string());
        let content = &named.unwrap_or(&responses["default"])["content"];
        let schema = content.as_object().and_then(|kinds| kinds.values().next()).map(|kind| &kind["schema"]);
        let mut schema = schema.unwrap_or_else(|| panic!("{method} {path} {status} has no schema")).clone();
        schema["components"] = self.document["components"].clone();
        let errors: Vec<_> = validator(&schema).iter_errors(body).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{method} {path} {status}: {errors:#?} in {body:#}");
        strict(&schema, path, body);
    }
}

/// The document must also name every member that is sent.
fn strict(schema: &Value, path: &str, body: &Value) {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let Some(name) = name else { return };
    let properties = all_properties(&schema["components"]["schemas"][name], schema);
    for member in body.as_object().into_iter().flatten().map(|(member, _)| member) {
        assert!(properties.contains(member), "{path}: `{member}` is not in {name}");
    }
}

fn all_properties(schema: &Value, root: &Value) -> Vec<String> {
    let own = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let inherited = parts.flat_map(|part| {
        let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        all_properties(name.map_or(part, |name| &root["components"]["schemas"][name]), root)
    });
    own.chain(inherited).collect()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).expect("a schema")
}
