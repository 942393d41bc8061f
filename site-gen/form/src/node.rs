//! The tree of fields that a schema becomes, ready to be written, read and said.

use serde_json::Value;

/// One field or group of fields.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The label.
    pub(crate) title: String,
    /// Explanation under the label.
    pub(crate) help: Option<String>,
    /// Examples, as text.
    pub(crate) examples: Vec<String>,
    /// The value of a form nobody has filled in.
    pub(crate) default: Option<Value>,
    pub(crate) read_only: bool,
    /// `writeOnly`: never shown again.
    pub(crate) secret: bool,
    pub(crate) nullable: bool,
    pub(crate) kind: Kind,
}

/// What sort of control a field is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Text(Text),
    Number(Number),
    Bool,
    /// One of a list.
    Choice(Choice),
    /// Several of a list, each at most once.
    Many(Choice),
    /// Always the same value.
    Const(Value),
    Object(Box<Object>),
    Array(Box<Array>),
    /// One of several kinds of value.
    Union(Union),
    /// Anything else: JSON as text.
    Json,
}

/// A text control.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    pub(crate) control: TextControl,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    /// A pattern for HTML, equivalent to the schema's.
    pub(crate) pattern: Option<String>,
    pub(crate) suggestions: Vec<String>,
}

/// How a text is typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum TextControl {
    /// One line; the value of the `type` attribute.
    #[default]
    Line,
    Email,
    Url,
    Date,
    /// A date and time in UTC.
    DateTime,
    /// A time in UTC.
    Time,
    /// Several lines.
    Area,
}

/// A number control.
#[derive(Debug, Clone, Default)]
pub(crate) struct Number {
    pub(crate) integer: bool,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) multiple: Option<f64>,
}

/// A list to pick from.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) options: Vec<Opt>,
    /// Whether options are posted as JSON because some are not text.
    pub(crate) json: bool,
}

/// One entry of a list.
#[derive(Debug, Clone)]
pub(crate) struct Opt {
    pub(crate) value: Value,
    pub(crate) label: String,
    /// What is posted.
    pub(crate) code: String,
}

/// Fields of one object, and those that depend on its value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<Group>,
    pub(crate) extra: Extra,
    /// Only what a branch adds to an object that is shown elsewhere.
    pub(crate) partial: bool,
}

/// A property.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// Conditions over the object under which it is required as well.
    pub(crate) required_when: Vec<Value>,
    pub(crate) node: Node,
}

/// Fields that are there only sometimes.
#[derive(Debug, Clone)]
pub(crate) enum Group {
    /// While the object satisfies a condition.
    When(Branch),
    /// While they are the chosen alternative.
    Choose(Chooser<Object>),
}

/// Fields of an object that satisfies a condition.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) id: u32,
    pub(crate) condition: Value,
    pub(crate) part: Object,
}

/// Alternatives of which one is chosen by hand.
#[derive(Debug, Clone)]
pub(crate) struct Chooser<T> {
    pub(crate) id: u32,
    pub(crate) alternatives: Vec<Alternative<T>>,
}

/// One alternative.
#[derive(Debug, Clone)]
pub(crate) struct Alternative<T> {
    pub(crate) id: u32,
    pub(crate) title: String,
    /// The schema that tells whether a value is of this alternative.
    pub(crate) test: Value,
    pub(crate) part: T,
}

/// Kinds of value to choose from.
pub(crate) type Union = Box<Chooser<Node>>;

/// Properties that the schema does not name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extra {
    /// Offers a key/value editor with values of this kind.
    pub(crate) editor: Option<Box<Node>>,
    /// Kinds by pattern of the name.
    pub(crate) patterns: Vec<(String, Node)>,
}

/// A list of items.
#[derive(Debug, Clone)]
pub(crate) struct Array {
    pub(crate) prefix: Vec<Node>,
    pub(crate) items: Option<Node>,
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
}

impl Object {
    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.groups.is_empty()
            && self.extra.editor.is_none()
            && self.extra.patterns.is_empty()
    }

    /// The field of a property, here or in a branch.
    pub(crate) fn find(&self, name: &str) -> Option<&Node> {
        let own = self.fields.iter().find(|field| field.name == name).map(|field| &field.node);
        own.or_else(|| {
            self.groups.iter().find_map(|group| match group {
                Group::When(branch) => branch.part.find(name),
                Group::Choose(chooser) => chooser.alternatives.iter().find_map(|a| a.part.find(name)),
            })
        })
    }

    /// The field of a property that can hold a value, of those that branches have for it.
    pub(crate) fn find_for(&self, name: &str, value: &serde_json::Value) -> Option<&Node> {
        let mut all = Vec::new();
        self.find_all(name, &mut all);
        let fitting = all.iter().find(|node| crate::render::fits(node, value));
        // One secret field makes the name secret, whichever branch it is in.
        all.iter().find(|node| node.secret).or(fitting).or(all.first()).copied()
    }

    fn find_all<'a>(&'a self, name: &str, all: &mut Vec<&'a Node>) {
        all.extend(self.fields.iter().filter(|field| field.name == name).map(|field| &field.node));
        for group in &self.groups {
            match group {
                Group::When(branch) => branch.part.find_all(name, all),
                Group::Choose(chooser) => {
                    chooser.alternatives.iter().for_each(|a| a.part.find_all(name, all));
                }
            }
        }
    }

    /// Where a property comes in the form, for lists in the same order.
    pub(crate) fn place(&self, name: &str) -> usize {
        let mut names = Vec::new();
        self.names(&mut names);
        names.iter().position(|other| *other == name).unwrap_or(usize::MAX)
    }

    fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        names.extend(self.fields.iter().map(|field| field.name.as_str()));
        for group in &self.groups {
            match group {
                Group::When(branch) => branch.part.names(names),
                Group::Choose(chooser) => chooser.alternatives.iter().for_each(|a| a.part.names(names)),
            }
        }
    }

    /// Whether a property has a field here, in any branch.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

impl Extra {
    /// The kind of a property without a field.
    pub(crate) fn node_for(&self, name: &str) -> Option<&Node> {
        let by_pattern = self.patterns.iter().find(|(pattern, _)| crate::eval::matches(pattern, name));
        by_pattern.map(|(_, node)| node).or(self.editor.as_deref())
    }
}

impl Node {
    /// A field that holds any JSON.
    pub(crate) fn json(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            help: None,
            examples: Vec::new(),
            default: None,
            read_only: false,
            secret: false,
            nullable: false,
            kind: Kind::Json,
        }
    }
}

impl Choice {
    /// Options for values, with the codes they are posted as.
    pub(crate) fn new(labelled: Vec<(Value, String)>) -> Self {
        // An empty string cannot be told from "nothing chosen" unless it is quoted.
        let json = labelled.iter().any(|(value, _)| value.as_str().is_none_or(str::is_empty));
        let options = labelled
            .into_iter()
            .map(|(value, label)| {
                let code = match &value {
                    Value::String(text) if !json => text.clone(),
                    other => other.to_string(),
                };
                Opt { value, label, code }
            })
            .collect();
        Self { options, json }
    }

    /// The option that holds a value.
    pub(crate) fn find(&self, value: &Value) -> Option<&Opt> {
        self.options.iter().find(|option| crate::eval::same(&option.value, value))
    }
}
