//! `portal.json`: accounts, Regions and addresses.

use std::collections::BTreeSet;

use super::{names, sign_in};
use crate::load::report::Report;
use crate::{Portal, codes};

/// Checks the portal.
pub(crate) fn check(portal: &Portal, report: &mut Report<'_>) {
    names::text(&portal.title, "/title", 60, report);
    names::text(&portal.organisation, "/organisation", 100, report);
    names::text(&portal.description, "/description", 500, report);
    names::account(&portal.shared_account, "/shared_account", report);
    sign_in::check(&portal.sign_in, report);
    deployments(portal, report);
}

fn deployments(portal: &Portal, report: &mut Report<'_>) {
    if portal.deployments.is_empty() {
        let help = "Add the Region and address of the portal; workflows run in the first Region by default.";
        report.at("/deployments", codes::NO_DEPLOYMENT, "The portal runs nowhere.", help);
    }
    let mut regions = BTreeSet::new();
    for (index, deployment) in portal.deployments.iter().enumerate() {
        let pointer = format!("/deployments/{index}");
        let region = &deployment.region;
        if !is_region(region) {
            let message = format!("`{region}` is not an AWS Region.");
            let help = "Write its code, such as `eu-west-1`.";
            report.at(format!("{pointer}/region"), codes::BAD_REGION, message, help);
        } else if !regions.insert(region) {
            let message = format!("`{region}` has a portal already.");
            let help = "A Region has one portal, which runs all of its workflows.";
            report.at(format!("{pointer}/region"), codes::DUPLICATE_DEPLOYMENT, message, help);
        }
        let address = format!("{pointer}/url");
        url(&deployment.url, &address, report);
        if deployment.url.ends_with('/') {
            let message = "The portal's address ends with a slash.";
            report.at(address, codes::BAD_URL, message, "Remove the slash: paths are appended to it.");
        }
    }
}

/// People sign in here and approve: only encrypted addresses, or this very machine.
pub(super) fn url(url: &str, pointer: &str, report: &mut Report<'_>) {
    if !is_https(url) && !is_loopback(url) {
        let message = format!("`{url}` is not an https address.");
        let help = "Use `https://…`; `http://` is for `localhost` and `127.0.0.1` only.";
        report.at(pointer, codes::BAD_URL, message, help);
    }
}

fn is_https(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !rest.contains(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\')
            })
            && !host.contains('@')
    })
}

fn is_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or_default());
    let host = host.map(|host| match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => host,
    });
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// `eu-west-1`, `us-gov-east-1`: words and a digit.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.split_last() {
        Some((digit, words)) => {
            words.len() >= 2
                && words.iter().all(letters)
                && digit.len() == 1
                && digit.bytes().all(|b| b.is_ascii_digit())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_https, is_loopback, is_region};

    #[test]
    fn addresses_are_encrypted_or_local() {
        for good in ["https://portal.example.com", "https://portal.example.com:8443/drawbridge"] {
            assert!(is_https(good), "{good}");
        }
        for bad in
            ["http://portal.example.com", "https://", "https:///x", "https://a b", "https://u@host", "//x"]
        {
            assert!(!is_https(bad) && !is_loopback(bad), "{bad}");
        }
        for local in ["http://localhost", "http://127.0.0.1:8080", "http://[::1]:80/x"] {
            assert!(is_loopback(local), "{local}");
        }
        assert!(!is_loopback("http://localhost.evil.example"));
    }

    #[test]
    fn regions_look_like_regions() {
        for good in ["eu-west-1", "us-gov-east-1", "ap-southeast-2"] {
            assert!(is_region(good), "{good}");
        }
        for bad in ["", "eu-west", "EU-WEST-1", "eu-1", "eu-west-12", "eu--1"] {
            assert!(!is_region(bad), "{bad}");
        }
    }
}
