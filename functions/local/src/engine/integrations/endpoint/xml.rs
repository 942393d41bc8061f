//! XML answers, read as far as AWS writes them: elements and text.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// An element.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// The first element of a text; none when it is no XML.
pub(super) fn parse(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => open.push(named(start.local_name().as_ref())),
            Event::Empty(start) => {
                let element = named(start.local_name().as_ref());
                open.last_mut()?.children.push(element);
            }
            Event::End(_) => {
                let element = open.pop()?;
                open.last_mut()?.children.push(element);
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part.decode().ok()?),
            Event::CData(part) => open.last_mut()?.text.push_str(&part.decode().ok()?),
            Event::GeneralRef(entity) => {
                let name = entity.decode().ok()?;
                let written = format!("&{name};");
                let meant = quick_xml::escape::unescape(&written).ok()?.into_owned();
                open.last_mut()?.text.push_str(&meant);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    open.pop().filter(|_| open.is_empty())?.children.into_iter().next()
}

fn named(name: &[u8]) -> Element {
    Element { name: String::from_utf8_lossy(name).into_owned(), ..Element::default() }
}

impl Element {
    /// The first element of that name in it, itself included, at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// As JSON, by the conventions of the query protocol: `member` makes lists, `entry` makes maps.
    pub(super) fn value(&self) -> Value {
        if self.children.is_empty() {
            return match self.text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => Value::String(text.to_owned()),
            };
        }
        if self.children.iter().all(|child| child.name == "member") {
            return self.children.iter().map(Element::value).collect();
        }
        if self.children.iter().all(|child| child.name == "entry") {
            return self.children.iter().filter_map(Element::entry).collect::<Map<_, _>>().into();
        }
        self.children.iter().map(|child| (child.name.clone(), child.value())).collect::<Map<_, _>>().into()
    }

    fn entry(&self) -> Option<(String, Value)> {
        match &self.children[..] {
            [key, value] => Some((key.text.clone(), value.value())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_of_the_query_protocol_become_json() {
        let text = "<R xmlns=\"x\"><ListTopicsResult><Topics><member><TopicArn>a&amp;b</TopicArn></member>\
            <member><TopicArn>c</TopicArn></member></Topics><Attributes><entry><key>K</key><value>V</value>\
            </entry></Attributes><Ok>true</Ok></ListTopicsResult></R>";
        let root = parse(text).expect("XML");
        assert_eq!(
            root.find("ListTopicsResult").expect("there").value(),
            json!({"Topics": [{"TopicArn": "a&b"}, {"TopicArn": "c"}], "Attributes": {"K": "V"}, "Ok": true})
        );
        assert_eq!(parse("no xml"), None);
    }
}
