//! What holds for every request: other sites, floods, logs, headers.

use portal::api::ACTIONS_PER_MINUTE;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::world::{World, logged, production, staging, told};

#[tokio::test]
async fn f22_a_cross_site_post_is_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let send = |headers: &'static [(&'static str, &'static str)]| {
        let request = ada.request(Method::POST, "/api/workflows/resize/check");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.json(&json!({"parameters": staging()})).send()
    };
    let refused: [&[_]; 5] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in refused {
        told(send(headers).await.expect("an answer"), StatusCode::FORBIDDEN).await;
    }
    let own = ada.request(Method::POST, "/api/workflows/resize/check").header("origin", &world.base);
    told(own.json(&json!({"parameters": staging()})).send().await.expect("an answer"), StatusCode::OK).await;

    for page in ["/sign-out", "/workflows/resize/preview", "/workflows/resize/runs"] {
        let request =
            ada.request(Method::POST, page).header("sec-fetch-site", "cross-site").form(&[("/note", "x")]);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN, "{page}");
    }
    assert_eq!(ada.json("/api/session").await["signed_in"], true, "the sign-out of another site did nothing");
}

#[tokio::test]
async fn f22_no_answer_may_be_framed_sniffed_or_kept() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    for path in ["/api/session", "/runs", "/api/runs/nothing", "/runs/nothing", "/api/nothing"] {
        let answer = ada.get(path).await;
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn f11_a_flood_by_one_caller_leaves_others_alone() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let body = json!({"parameters": staging()});
    // Two minutes' worth: whenever a minute turns meanwhile, one of them is exceeded.
    let mut refused = None;
    for _ in 0..=2 * ACTIONS_PER_MINUTE {
        let answer = ada.post("/api/workflows/resize/check", &body).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let refused = refused.expect("a flood is refused");
    let wait: u64 = refused.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    told(refused, StatusCode::TOO_MANY_REQUESTS).await;
    told(bob.post("/api/workflows/resize/check", &body).await, StatusCode::OK).await;
    ada.page("/runs").await;
}

#[tokio::test]
async fn f08_line_ends_and_terminal_codes_stay_inside_one_escaped_log_line() {
    let world = World::start().await;
    let hostile = "f08-marker\r\nERROR forged line\u{1b}[31m";
    let begun = portal::store::sign_in::SignIn {
        verifier: "v".to_owned(),
        nonce: "n".to_owned(),
        return_to: "/".to_owned(),
        expires_at: world.portal.now() + jiff::SignedDuration::from_mins(1),
    };
    world.portal.store.put_sign_in("f08state", &begun).await.expect("the table answers");
    let error = "f08-marker%0D%0AERROR%20forged%20line%1B%5B31m";
    let request =
        world.visitor().request(Method::GET, &format!("/sign-in/callback?state=f08state&error={error}"));
    let answer =
        request.header("cookie", "drawbridge-sign-in-f08state=f08state").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let ada = world.person("ada").await;
    let mut asked = production();
    asked["note"] = json!(hostile);
    let run = ada.run("resize", "f08", &asked).await;
    ada.get(&format!("/runs/{run}%0d%0aERROR%20forged%20line")).await;

    let log = logged();
    assert!(
        log.lines().any(|line| line.contains("f08-marker\\r\\nERROR forged line\\u{1b}[31m")),
        "it is logged"
    );
    assert!(!log.lines().any(|line| line.starts_with("ERROR forged line")), "no forged line");
    assert!(!log.contains('\u{1b}') && !log.contains('\r'), "no control character");
}

#[tokio::test]
async fn f09_a_secret_parameter_is_in_no_log_answer_or_item() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let secret = "correct-horse-f09";
    let mut asked = production();
    asked["password"] = json!(secret);
    let run = ada.run("resize", "f09", &asked).await;
    world.step("next-gate", &run).await;
    let checked = ada.post("/api/workflows/resize/check", &json!({"parameters": asked})).await;
    let told = [
        checked.text().await.expect("text"),
        ada.json(&format!("/api/runs/{run}")).await.to_string(),
        ada.page(&format!("/runs/{run}")).await,
        world.person("bob").await.page(&format!("/runs/{run}/approvals/owner")).await,
        ada.page(&format!("/workflows/resize/form?from={run}")).await,
        ada.page(&format!("/workflows/resize/form?%2Fpassword={secret}")).await,
    ];
    for text in &told {
        assert!(!text.contains(secret), "{text}");
    }
    let items = [world.database.items("main"), world.database.items("audit")].concat();
    assert!(items.len() > 5 && !json!(items).to_string().contains(secret), "an item");
    assert!(!logged().contains(secret), "the log");
    let form =
        ada.post_form("/workflows/resize/preview", &[("/cluster", "NOT VALID"), ("/password", secret)]).await;
    assert_eq!(form.status(), StatusCode::BAD_REQUEST);
    assert!(!form.text().await.expect("text").contains(secret), "the form shown again");
}

#[tokio::test]
async fn no_header_signs_anybody_in() {
    let world = World::start().await;
    let visitor = world.visitor();
    for (name, value) in [
        ("x-user", "ada"),
        ("x-forwarded-user", "ada"),
        ("x-drawbridge-person", "ada"),
        ("authorization", "Bearer ada"),
        ("authorization", "Basic YWRhOmFkYQ=="),
        ("cookie", "drawbridge=ada"),
        ("cookie", "drawbridge="),
    ] {
        let answer = visitor.request(Method::GET, "/api/runs").header(name, value).send();
        told(answer.await.expect("an answer"), StatusCode::UNAUTHORIZED).await;
    }
}

#[tokio::test]
async fn nobody_comes_in_beside_the_distribution() {
    let keys = ["the key".to_owned(), "the key before".to_owned()];
    let world = World::start_with(async move |config, _, _| config.origin_keys = keys.to_vec()).await;
    let ask = async |said: Option<&'static str>, path: &'static str| {
        let request = world.visitor().request(Method::GET, path);
        let request = said.iter().fold(request, |request, key| request.header("x-drawbridge-origin", *key));
        request.send().await.expect("an answer").status()
    };
    for path in ["/api/session", "/sign-in", "/no-such-page"] {
        for said in [None, Some(""), Some("the"), Some("the key after")] {
            assert_eq!(ask(said, path).await, StatusCode::FORBIDDEN, "{path} with {said:?}");
        }
    }
    for said in ["the key", "the key before"] {
        assert_eq!(ask(Some(said), "/api/session").await, StatusCode::OK, "{said}");
    }
}

/// What the bucket of the site does not have, `CloudFront` asks the API for.
#[tokio::test]
async fn a_page_that_is_not_there_is_a_page_that_says_so() {
    let world = World::start().await;
    let answer = world.visitor().get("/teams/no-such-team/index.html").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(answer.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    assert!(answer.text().await.expect("a page").contains("Nothing is here"));
}
