//! A certified provider (npm `oidc-provider`) in a process of its own, which `make setup` installs, and a browser
//! that walks through its pages.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Client, Response, StatusCode, Url, redirect};

const SERVER: &str = include_str!("../../oidc-provider/server.mjs");
/// The secret that the provider gave the portal's client.
pub(crate) const SECRET: &str = "the secret of the portal";

/// The provider; it ends with the test.
pub(crate) struct OidcProvider {
    pub(crate) url: String,
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl OidcProvider {
    /// Starts one that knows a portal.
    pub(crate) fn start(portal: &str) -> Self {
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oidc-provider");
        assert!(installed.join("node_modules").is_dir(), "run `make setup`: it installs the provider");
        let mut process = Command::new("node")
            .args(["--input-type=module", "--eval", SERVER])
            .current_dir(installed)
            .env("PORTAL", portal)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed");
        let said = BufReader::new(process.stdout.take().expect("piped")).lines();
        let mut provider = Self { url: String::new(), process, said };
        provider.url = provider.says("http");
        provider
    }

    /// Signs with another key from now on.
    pub(crate) fn rotate(&mut self) {
        writeln!(self.process.stdin.as_mut().expect("piped"), "rotate").expect("it reads");
        self.says("signs with");
    }

    /// The next line that begins so; it also prints what a deployment should do otherwise.
    fn says(&mut self, begin: &str) -> String {
        let mut lines = self.said.by_ref().map(|line| line.expect("UTF-8"));
        lines.find(|line| line.starts_with(begin)).expect("it says so")
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A browser in front of the provider: keeps cookies, follows redirects, fills in its two forms.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    person: &'static str,
    /// Every cookie that it was given, as the header says it.
    given: Arc<Mutex<Vec<String>>>,
}

impl Browser {
    /// The browser of somebody.
    pub(crate) fn of(person: &'static str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build();
        Self { client: client.expect("a client"), person, given: Arc::default() }
    }

    /// Opens an address and goes on until it is sent to one that starts with `end`, or shown something that is no form
    /// of the provider. The address and what it answers; whoever only wanted the address gets it unopened.
    pub(crate) async fn walk(&self, start: &str, end: &str) -> (Url, Option<Response>, Vec<String>) {
        let (mut url, mut forms) = (Url::parse(start).expect("an address"), Vec::new());
        let mut answer = self.open(&url).await;
        for _ in 0..20 {
            if let Some(location) = answer.headers().get("location") {
                url = url.join(location.to_str().expect("text")).expect("an address");
                if url.as_str().starts_with(end) {
                    return (url, None, forms);
                }
                answer = self.open(&url).await;
                continue;
            }
            if answer.status() != StatusCode::OK || !url.path().starts_with("/interaction/") {
                return (url, Some(answer), forms);
            }
            let page = answer.text().await.expect("a page");
            let prompt = value_after(&page, "name=\"prompt\" value=\"");
            url = url.join(&value_after(&page, "action=\"")).expect("an address");
            let fields = [("prompt", prompt.as_str()), ("login", self.person), ("password", "any")];
            answer = self.post(url.as_str(), &fields).await;
            forms.push(prompt);
        }
        panic!("{url} leads in circles");
    }

    /// Opens an address.
    pub(crate) async fn open(&self, url: &Url) -> Response {
        self.noted(self.client.get(url.clone()).send().await.expect("an answer"))
    }

    /// What a cookie was set to last, with its attributes.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.iter().rev().find_map(|cookie| Some(cookie.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
    }

    fn noted(&self, answer: Response) -> Response {
        let cookies = answer.headers().get_all("set-cookie").iter();
        let cookies = cookies.map(|cookie| cookie.to_str().expect("text").to_owned());
        self.given.lock().unwrap_or_else(PoisonError::into_inner).extend(cookies);
        answer
    }

    /// Posts a form from the page that it is on.
    pub(crate) async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(url).header("sec-fetch-site", "same-origin").form(fields);
        self.noted(request.send().await.expect("an answer"))
    }
}

/// What stands after a piece of a page, until the quote.
pub(crate) fn value_after(page: &str, before: &str) -> String {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split('"').next().expect("a quote").replace("&amp;", "&")
}
