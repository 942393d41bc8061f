//! The link of a mail: it leads to the page, and gives nobody any right.

use jiff::SignedDuration;
use portal::domain::link::{Link, LinkKey};
use portal::domain::{Decision, GateStatus, Status};
use reqwest::{Method, StatusCode};

use super::world::{Visitor, World, production};

/// A run of Ada's that waits for an owner, and the path of the link that Bob was mailed.
async fn mailed(world: &World, key: &str) -> (String, String) {
    let run = world.person("ada").await.run("resize", key, &production()).await;
    world.step("next-gate", &run).await;
    let link = world.ses.to("bob").pop().expect("Bob is mailed").link();
    (run, link.strip_prefix(&world.base).expect("it leads here").to_owned())
}

fn word(path: &str) -> &str {
    path.split_once("?link=").expect("it has a link").1
}

async fn vote(visitor: &Visitor, world: &World, run: &str, gate: &str, link: &str) -> StatusCode {
    let digest = world.run(run).await.digest;
    let pairs = [("decision", "approve"), ("reason", "Fine"), ("digest", &digest), ("link", link)];
    visitor.post_form(&format!("/runs/{run}/approvals/{gate}"), &pairs).await.status()
}

/// Where the first button of a problem's page leads.
async fn way_on(answer: reqwest::Response) -> String {
    let page = answer.text().await.expect("text");
    let button = page.split_once("class=\"button primary\" href=\"").expect("a way on").1;
    button.split('"').next().expect("an address").to_owned()
}

#[tokio::test]
async fn a_link_leads_to_the_page_and_the_vote_says_so() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "by-mail").await;
    let bob = world.person("bob").await;
    let page = bob.page(&path).await;
    assert!(page.contains(&format!("name=\"link\" value=\"{}\"", word(&path))), "{page}");
    assert_eq!(vote(&bob, &world, &run, "owner", word(&path)).await, StatusCode::SEE_OTHER);
    let id = run.parse().expect("a run id");
    let votes = world.portal.store.votes(id).await.expect("votes");
    let channel = serde_json::to_value(votes[0].channel).expect("JSON");
    assert_eq!((votes[0].decision, channel.as_str()), (Decision::Approve, Some("email")));
}

#[tokio::test]
async fn f18_a_link_that_is_fetched_a_hundred_times_changes_nothing() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "fetched").await;
    let before = world.run(&run).await;
    let (bob, nobody) = (world.person("bob").await, world.visitor());
    for _ in 0..25 {
        for method in [Method::GET, Method::HEAD] {
            let seen = bob.request(method.clone(), &path).header("purpose", "prefetch").send();
            assert_eq!(seen.await.expect("an answer").status(), StatusCode::OK);
            let unfurled =
                nobody.request(method, &path).header("user-agent", "Slackbot-LinkExpanding 1.0").send();
            assert_eq!(unfurled.await.expect("an answer").status(), StatusCode::SEE_OTHER);
        }
    }
    assert_eq!(world.run(&run).await, before);
}

#[tokio::test]
async fn f19_a_scanner_that_follows_the_link_finds_nothing_to_post() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "scanned").await;
    let before = world.run(&run).await;
    let scanner = world.visitor();
    let answer = scanner.get(&path).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    let back = format!("return_to=%2Fruns%2F{run}%2Fapprovals%2Fowner%3Flink%3D");
    assert!(location.starts_with("/sign-in?") && location.contains(&back), "{location}");
    assert!(!answer.text().await.expect("text").contains("<form"), "no form without a session");
    assert_eq!(vote(&scanner, &world, &run, "owner", word(&path)).await, StatusCode::UNAUTHORIZED);
    // Whoever runs the scripts of the page inside somebody's session still posts nothing.
    let page = world.person("bob").await.page(&path).await;
    let scripts = ["session.js", "times.js"];
    let loaded: Vec<_> = page.split("<script").skip(1).collect();
    assert!(loaded.iter().all(|tag| scripts.iter().any(|name| tag.contains(name))), "{loaded:?}");
    for name in scripts {
        let file = format!("{}/../../templates/scripts/{name}", env!("CARGO_MANIFEST_DIR"));
        let script = std::fs::read_to_string(file).expect("a script");
        for act in ["submit", ".click(", "sendBeacon", "XMLHttpRequest", "method: \"POST\""] {
            assert!(!script.contains(act), "{name} has {act}");
        }
    }
    assert_eq!(world.run(&run).await, before);
}

#[tokio::test]
async fn f20_a_forwarded_link_gives_that_persons_own_rights_only() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "forwarded").await;
    let (eve, ada, olga) = (world.person("eve").await, world.person("ada").await, world.person("olga").await);
    assert_eq!(eve.get(&path).await.status(), StatusCode::NOT_FOUND, "she may not even see the run");
    assert_eq!(vote(&eve, &world, &run, "owner", word(&path)).await, StatusCode::NOT_FOUND);
    assert!(!ada.page(&path).await.contains("value=\"approve\""), "the requester never decides");
    assert_eq!(vote(&ada, &world, &run, "owner", word(&path)).await, StatusCode::FORBIDDEN);
    assert_eq!(world.run(&run).await.status, Status::Waiting);
    assert_eq!(vote(&olga, &world, &run, "owner", word(&path)).await, StatusCode::SEE_OTHER);
    let votes = world.portal.store.votes(run.parse().expect("a run id")).await.expect("votes");
    assert_eq!(votes[0].person, "olga", "whoever has the session, not whoever had the mail");
}

#[tokio::test]
async fn f21_a_useless_link_says_so_and_the_run_is_still_reachable() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "useless").await;
    let page = format!("/runs/{run}/approvals/owner");
    let gate = world.run(&run).await.gates[0].clone();
    let link = |expires| Link { run: run.parse().expect("a run id"), gate: "owner".to_owned(), expires };
    let expires = gate.expires_at.expect("it is open");
    let old = LinkKey::derive(b"the key before").sign(&link(expires));
    let gone = LinkKey::derive(&world.portal.config.link_key).sign(&link(world.portal.now()));
    let altered = format!("{}x", &path[..path.len() - 1]);
    let checks = [
        (altered.as_str(), StatusCode::BAD_REQUEST, "damaged"),
        (&format!("{page}?link="), StatusCode::BAD_REQUEST, "damaged"),
        (&format!("{page}?link={old}"), StatusCode::GONE, "changed its keys"),
        (&format!("{page}?link={gone}"), StatusCode::GONE, "has expired"),
    ];
    let (bob, nobody) = (world.person("bob").await, world.visitor());
    for (address, status, says) in checks {
        for visitor in [&bob, &nobody] {
            let answer = visitor.get(address).await;
            assert_eq!(answer.status(), status, "{address}");
            assert_eq!(way_on(answer).await, page, "the page itself");
            let text = visitor.get(address).await.text().await.expect("text");
            assert!(text.contains(says) && text.contains("Sign in"), "{text}");
        }
        assert_eq!(vote(&bob, &world, &run, "owner", word(address)).await, status, "{address}");
    }
    assert_eq!(nobody.get(&page).await.status(), StatusCode::SEE_OTHER, "it leads to sign-in and back");
    assert!(bob.page(&page).await.contains("value=\"approve\""));
    assert_eq!(world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f22_the_page_of_a_link_is_not_framed_and_no_other_site_posts_to_it() {
    let world = World::start().await;
    let (run, path) = mailed(&world, "framed").await;
    let bob = world.person("bob").await;
    let answer = bob.get(&path).await;
    assert_eq!(answer.headers()["x-frame-options"], "DENY");
    let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert_eq!(answer.headers()["referrer-policy"], "same-origin", "the link is told to no other site");
    let digest = world.run(&run).await.digest;
    let pairs = [("decision", "approve"), ("digest", digest.as_str()), ("link", word(&path))];
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://mail.example"),
    ] {
        let posting = bob.request(Method::POST, &format!("/runs/{run}/approvals/owner")).header(name, value);
        let answer = posting.form(&pairs).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f23_a_link_is_of_use_at_its_own_approval_only() {
    let world = World::start().await;
    let (first, path) = mailed(&world, "first").await;
    let (second, _) = mailed(&world, "second").await;
    let bob = world.person("bob").await;
    let answer = bob.get(&format!("/runs/{second}/approvals/owner?link={}", word(&path))).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert_eq!(way_on(answer).await, format!("/runs/{first}/approvals/owner"), "to the one that it is for");
    assert_eq!(vote(&bob, &world, &second, "owner", word(&path)).await, StatusCode::CONFLICT);
    let link = Link {
        run: second.parse().expect("a run id"),
        gate: "another".to_owned(),
        expires: world.portal.now() + SignedDuration::from_hours(1),
    };
    let other_gate = LinkKey::derive(&world.portal.config.link_key).sign(&link);
    assert_eq!(vote(&bob, &world, &second, "owner", &other_gate).await, StatusCode::CONFLICT);
    assert_eq!(world.run(&second).await.status, Status::Waiting);
}

/// A clock that is wrong by ten minutes closes things early or, for its own ten minutes, late; what the table says
/// is closed stays closed whatever the clock says, and nothing is ever approved without its votes.
#[tokio::test]
async fn f54_a_wrong_clock_refuses_and_never_approves() {
    let world = World::start().await;
    let ten = SignedDuration::from_mins(10);
    let (run, path) = mailed(&world, "clock").await;
    let bob = world.person("bob").await;
    let left = world.run(&run).await.gates[0].expires_at.expect("open").duration_since(world.portal.now());
    // Five minutes before the end, by a clock that is ten ahead: the session, the link and the gate have ended.
    world.set_clock(left - SignedDuration::from_mins(5) + ten);
    assert_eq!(bob.get("/api/approvals").await.status(), StatusCode::UNAUTHORIZED, "an idle session");
    let again = world.person("bob").await;
    assert_eq!(again.get(&path).await.status(), StatusCode::GONE, "the link");
    assert_eq!(vote(&again, &world, &run, "owner", word(&path)).await, StatusCode::GONE);
    assert_eq!(
        vote(&again, &world, &run, "owner-without", "").await,
        StatusCode::BAD_REQUEST,
        "an empty link"
    );
    let digest = world.run(&run).await.digest;
    let plain = [("decision", "approve"), ("digest", digest.as_str())];
    let page = format!("/runs/{run}/approvals/owner");
    assert_eq!(again.post_form(&page, &plain).await.status(), StatusCode::CONFLICT, "the gate");
    assert_eq!(world.run(&run).await.status, Status::Waiting, "and nothing happened");
    // Somebody with the right clock closes the gate; afterwards a clock that is ten behind finds it open no more.
    world.set_clock(left + SignedDuration::from_secs(1));
    assert_eq!(world.step("next-gate", &run).await["next"], "STOP");
    world.set_clock(left + SignedDuration::from_secs(1) - ten);
    let late = world.person("bob").await;
    assert_eq!(late.get(&path).await.status(), StatusCode::OK, "its link still reads");
    assert_eq!(vote(&late, &world, &run, "owner", word(&path)).await, StatusCode::CONFLICT);
    let ended = world.run(&run).await;
    assert_eq!((ended.status, ended.gates[0].status), (Status::Expired, GateStatus::Expired));
    assert!(world.portal.store.votes(ended.id).await.expect("votes").is_empty());
}
