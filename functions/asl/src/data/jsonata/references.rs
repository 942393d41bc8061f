//! Which variables of the state machine an expression refers to: names it binds itself, functions and
//! `$states` are none.

use std::collections::BTreeSet;

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

/// Functions of the language and of AWS; they may be passed around like values.
const FUNCTIONS: &[&str] = &[
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "clone",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "eval",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];

/// Adds the names of the variables an expression refers to.
pub(super) fn collect(ast: &AstNode, names: &mut BTreeSet<String>) {
    Walk { names, bound: Vec::new() }.node(ast);
}

struct Walk<'n> {
    names: &'n mut BTreeSet<String>,
    /// Names the expression has bound itself, innermost last.
    bound: Vec<String>,
}

impl Walk<'_> {
    fn node(&mut self, node: &AstNode) {
        match node {
            AstNode::Variable(name) => self.variable(name),
            AstNode::Path { steps } => {
                for step in steps {
                    self.step(step);
                }
            }
            AstNode::Binary { op: BinaryOp::ColonEqual, lhs, rhs } => {
                self.node(rhs);
                if let AstNode::Variable(name) = &**lhs {
                    self.bound.push(name.clone());
                }
            }
            AstNode::Binary { lhs, rhs, .. } => {
                self.node(lhs);
                self.node(rhs);
            }
            AstNode::Unary { operand, .. } => self.node(operand),
            AstNode::Function { args, .. } | AstNode::Array(args) | AstNode::ArrayGroup(args) => {
                self.all(args);
            }
            AstNode::Call { procedure, args } => {
                self.node(procedure);
                self.all(args);
            }
            AstNode::Block(expressions) => self.inside(&[], |walk| walk.all(expressions)),
            AstNode::Lambda { params, body, .. } => self.inside(params, |walk| walk.node(body)),
            AstNode::Object(pairs) => self.pairs(pairs),
            AstNode::ObjectTransform { input, pattern } => {
                self.node(input);
                self.pairs(pattern);
            }
            AstNode::Conditional { condition, then_branch, else_branch } => {
                self.node(condition);
                self.node(then_branch);
                if let Some(otherwise) = else_branch {
                    self.node(otherwise);
                }
            }
            AstNode::FunctionApplication(inner) => self.node(inner),
            AstNode::Sort { input, terms } => {
                self.node(input);
                for (term, _) in terms {
                    self.node(term);
                }
            }
            AstNode::Transform { location, update, delete } => {
                self.node(location);
                self.node(update);
                if let Some(delete) = delete {
                    self.node(delete);
                }
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &str) {
        let ours = name.is_empty() || name == "states" || FUNCTIONS.contains(&name);
        if !ours && !self.bound.iter().any(|bound| bound == name) {
            self.names.insert(name.to_owned());
        }
    }

    fn step(&mut self, step: &PathStep) {
        self.node(&step.node);
        self.bound.extend(step.focus.iter().chain(&step.index_var).cloned());
        for stage in &step.stages {
            match stage {
                Stage::Filter(filter) => self.node(filter),
                Stage::Index(name) => self.bound.push(name.clone()),
                Stage::KeepArray => {}
            }
        }
    }

    fn all(&mut self, nodes: &[AstNode]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn pairs(&mut self, pairs: &[(AstNode, AstNode)]) {
        for (name, value) in pairs {
            self.node(name);
            self.node(value);
        }
    }

    /// Walks something in which further names are bound, which nothing outside sees.
    fn inside(&mut self, bound: &[String], walk: impl FnOnce(&mut Self)) {
        let depth = self.bound.len();
        self.bound.extend(bound.iter().cloned());
        walk(self);
        self.bound.truncate(depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, want: &[&str]) {
        let mut names = BTreeSet::new();
        collect(&jsonata_core::parser::parse(source).expect(source), &mut names);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), want, "{source}");
    }

    #[test]
    fn own_names_and_functions_are_no_references() {
        check("$a + $b.c[d = $e]", &["a", "b", "e"]);
        check("$states.input.x", &[]);
        check("($x := $y; $x + 1)", &["y"]);
        check("$map($list, function($v, $i) { $v * $factor })", &["factor", "list"]);
        check("$map($list, $string)", &["list"]);
        check("($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f($top))", &["top"]);
        check("{'a': $a, $key: [$b, $c]}", &["a", "b", "c", "key"]);
        check("$items^(>$weight)", &["items", "weight"]);
    }
}
