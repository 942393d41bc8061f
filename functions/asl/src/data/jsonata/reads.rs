//! What an expression reads that AWS does not offer there: an expression has no context item, and
//! `$states` has a result or an error only where there is one.

use jsonata_core::ast::{AstNode, PathStep};

/// Which parts of `$states` there are, besides `input` and `context`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Offered {
    /// `$states.result`
    pub(crate) result: bool,
    /// `$states.errorOutput`
    pub(crate) error_output: bool,
}

/// What is wrong with the reads of an expression, each complaint once.
pub(super) fn complaints(ast: &AstNode, offered: Offered) -> Vec<String> {
    let mut walk = Walk { offered, found: Vec::new() };
    walk.node(ast, true);
    walk.found
}

struct Walk {
    offered: Offered,
    found: Vec<String>,
}

impl Walk {
    /// `top` says whether a bare name would be read from the context item that is not there.
    fn node(&mut self, node: &AstNode, top: bool) {
        match node {
            AstNode::Name(name) if top => {
                self.complain(format!("Reference to '{name}' at the top level is not supported."));
            }
            AstNode::ParentVariable(_) => self.complain("Reference to '$$' is not supported.".to_owned()),
            AstNode::Variable(name) if name == "$" => {
                self.complain("Reference to '$$' is not supported.".to_owned());
            }
            AstNode::Variable(name) if name.is_empty() && top => {
                self.complain("Reference to '$' at the top level is not supported.".to_owned());
            }
            AstNode::Path { steps } => self.path(steps, top),
            AstNode::Binary { lhs, rhs, .. } => {
                self.node(lhs, top);
                self.node(rhs, top);
            }
            AstNode::Unary { operand, .. } => self.node(operand, top),
            AstNode::Function { args, .. }
            | AstNode::Array(args)
            | AstNode::ArrayGroup(args)
            | AstNode::Block(args) => self.all(args, top),
            AstNode::Call { procedure, args } => {
                self.node(procedure, top);
                self.all(args, top);
            }
            AstNode::Lambda { body, .. } => self.node(body, top),
            AstNode::Object(pairs) => self.pairs(pairs, top),
            AstNode::ObjectTransform { input, pattern } => {
                self.node(input, top);
                self.pairs(pattern, false);
            }
            AstNode::Conditional { condition, then_branch, else_branch } => {
                self.node(condition, top);
                self.node(then_branch, top);
                if let Some(otherwise) = else_branch {
                    self.node(otherwise, top);
                }
            }
            AstNode::FunctionApplication(inner) => self.node(inner, false),
            AstNode::Sort { input, terms } => {
                self.node(input, top);
                for (term, _) in terms {
                    self.node(term, false);
                }
            }
            AstNode::Transform { location, update, delete } => {
                self.node(location, false);
                self.node(update, false);
                if let Some(delete) = delete {
                    self.node(delete, false);
                }
            }
            _ => {}
        }
    }

    fn all(&mut self, nodes: &[AstNode], top: bool) {
        for node in nodes {
            self.node(node, top);
        }
    }

    /// Only a path's first step is read from the context item.
    fn path(&mut self, steps: &[PathStep], top: bool) {
        if let [
            PathStep { node: AstNode::Variable(first), .. },
            PathStep { node: AstNode::Name(field), .. },
            ..,
        ] = steps
            && first == "states"
        {
            self.states(field);
        }
        for (index, step) in steps.iter().enumerate() {
            self.node(&step.node, top && index == 0);
            for stage in &step.stages {
                if let jsonata_core::ast::Stage::Filter(filter) = stage {
                    self.node(filter, false);
                }
            }
        }
    }

    fn states(&mut self, field: &str) {
        let there = match field {
            "input" | "context" => true,
            "result" => self.offered.result,
            "errorOutput" => self.offered.error_output,
            _ => false,
        };
        if !there {
            self.complain(format!("Field '$states.{field}' does not exist."));
        }
    }

    fn pairs(&mut self, pairs: &[(AstNode, AstNode)], top: bool) {
        for (name, value) in pairs {
            self.node(name, top);
            self.node(value, top);
        }
    }

    fn complain(&mut self, complaint: String) {
        if !self.found.contains(&complaint) {
            self.found.push(complaint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, offered: Offered, want: &[&str]) {
        let ast = jsonata_core::parser::parse(source).expect(source);
        assert_eq!(complaints(&ast, offered), want, "{source}");
    }

    #[test]
    fn bare_names_are_read_from_nowhere() {
        let phone = "Reference to 'phone' at the top level is not supported.";
        let none = Offered::default();
        check("phone", none, &[phone]);
        check("phone.number & phone.area", none, &[phone]);
        check("$map($states.input.a, function($x){ phone })", none, &[phone]);
        check("{'a': phone}", none, &[phone]);
        check("$states.input.items[value > 3].name", none, &[]);
        check("$states.input.items^(weight).{'a': name}", none, &[]);
        check("$x.phone", none, &[]);
        check("$$", none, &["Reference to '$$' is not supported."]);
        check("$$.a", none, &["Reference to '$$' is not supported."]);
    }

    #[test]
    fn results_and_errors_are_there_only_sometimes() {
        let (result, error_output) = (true, true);
        check("$states.result.x", Offered { result, ..Offered::default() }, &[]);
        check("$states.result.x", Offered::default(), &["Field '$states.result' does not exist."]);
        check("$states.errorOutput", Offered { error_output, ..Offered::default() }, &[]);
        check("$states.errorOutput", Offered::default(), &["Field '$states.errorOutput' does not exist."]);
        check("$states.nothing", Offered::default(), &["Field '$states.nothing' does not exist."]);
        check("$states", Offered::default(), &[]);
    }
}
