//! The distribution: which address is a file and which is the function's, and what every answer carries.

use std::process::Command;

use serde_json::{Value as Json, json};
use yaml_serde::Value;

use super::{template, text};
use crate::api::world::World;

#[tokio::test]
async fn every_route_of_the_router_has_a_behaviour() {
    let world = World::start().await;
    let document = world.visitor().json("/api/openapi.json").await;
    let behaviours = behaviours();
    let mut used = vec![false; behaviours.len()];
    for route in document["paths"].as_object().expect("paths").keys() {
        let path = route.replace("{slug}", "resize").replace("{id}", "1").replace("{gate}", "owner");
        let first = behaviours.iter().position(|(pattern, _)| fits(pattern, &path));
        let first = first
            .unwrap_or_else(|| panic!("{route} is served from the bucket: site.yaml has no pattern for it"));
        assert_eq!(behaviours[first].1, "api", "{route}");
        used[first] = true;
    }
    for ((pattern, origin), used) in behaviours.iter().zip(used) {
        assert!(used || origin != "api", "{pattern} leads to no route");
    }
}

/// Pages of the site, and what they are made with, never reach the function while they are there.
#[test]
fn every_page_of_the_site_is_served_from_the_bucket() {
    let behaviours = behaviours();
    for path in ["/", "/workflows/resize/", "/workflows/runs/", "/teams/runs/", "/search.json", "/404.html"] {
        let taken = behaviours.iter().find(|(pattern, _)| fits(pattern, path));
        assert_eq!(taken, None, "{path}");
    }
    let origin = behaviours.iter().find(|(pattern, _)| fits(pattern, "/assets/x/site.css"));
    assert_eq!(origin.expect("a behaviour").1, "site");
    let distribution = &distribution()["DefaultCacheBehavior"];
    assert_eq!(distribution["TargetOriginId"], "site-then-api");
}

#[tokio::test]
async fn f22_the_site_carries_the_same_headers_as_the_api() {
    let world = World::start().await;
    let api = world.visitor().get("/api/session").await;
    let template = template("site.yaml");
    let policy = &template["Resources"]["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
    let fixed = &policy["SecurityHeadersConfig"];
    let custom = &policy["CustomHeadersConfig"]["Items"][0];
    let check = |header: &str, site: &Value| assert_eq!(api.headers()[header], *text(site), "{header}");
    check("content-security-policy", &fixed["ContentSecurityPolicy"]["ContentSecurityPolicy"]);
    check("x-frame-options", &fixed["FrameOptions"]["FrameOption"]);
    check("referrer-policy", &fixed["ReferrerPolicy"]["ReferrerPolicy"]);
    check(custom["Header"].as_str().expect("a name"), &custom["Value"]);
    assert_eq!(api.headers()["x-content-type-options"], "nosniff");
    assert_eq!(fixed["ContentTypeOptions"]["Override"], true);
    assert!(fixed["StrictTransportSecurity"]["AccessControlMaxAgeSec"].as_u64() >= Some(31_536_000));
    for behaviour in all_behaviours() {
        assert_eq!(text(&behaviour["ResponseHeadersPolicyId"]), "!Ref SecurityHeaders", "{behaviour:?}");
        assert_eq!(behaviour["ViewerProtocolPolicy"], "redirect-to-https");
    }
}

/// The function at the edge, run by Node.
#[test]
fn addresses_of_folders_are_their_index_pages() {
    let check = |uri: &str, expect: Json| {
        let got = at_the_edge(uri);
        let got = got
            .get("uri")
            .cloned()
            .unwrap_or_else(|| json!([got["statusCode"], got["headers"]["location"]["value"]]));
        assert_eq!(got, expect, "{uri}");
    };
    check("/", json!("/index.html"));
    check("/teams/cloud-ops/", json!("/teams/cloud-ops/index.html"));
    check("/search.json", json!("/search.json"));
    check("/teams/cloud-ops", json!([308, "/teams/cloud-ops/"]));
    check("//evil.example/x", json!([308, "/evil.example/x/"]));
    check("/\\evil/x", json!([308, "/evil/x/"]));
}

fn at_the_edge(uri: &str) -> Json {
    let template = template("site.yaml");
    let code = text(&template["Resources"]["FolderPages"]["Properties"]["FunctionCode"]);
    let event = json!({"request": {"uri": uri, "method": "GET", "querystring": {}}});
    let script = format!("{code}\nconsole.log(JSON.stringify(handler({event})))");
    let output = Command::new("node").args(["-e", &script]).output().expect("`make setup` installs Node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Pattern and origin of each behaviour, in the order in which CloudFront tries them.
fn behaviours() -> Vec<(String, String)> {
    let distribution = distribution();
    let behaviours = distribution["CacheBehaviors"].as_sequence().expect("behaviours").iter();
    behaviours.map(|one| (text(&one["PathPattern"]), text(&one["TargetOriginId"]))).collect()
}

fn all_behaviours() -> Vec<Value> {
    let distribution = distribution();
    let behaviours = distribution["CacheBehaviors"].as_sequence().expect("behaviours").clone();
    [vec![distribution["DefaultCacheBehavior"].clone()], behaviours].concat()
}

fn distribution() -> Value {
    let template = template("site.yaml");
    template["Resources"]["Distribution"]["Properties"]["DistributionConfig"].clone()
}

/// A pattern as CloudFront reads it: `*` is any text, slashes included.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, rest)) => path.strip_prefix(before).is_some_and(|left| {
            (0..=left.len()).any(|skip| left.is_char_boundary(skip) && fits(rest, &left[skip..]))
        }),
    }
}
