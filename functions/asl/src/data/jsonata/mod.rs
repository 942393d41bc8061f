//! JSONata expressions, `{% … %}`, on top of `jsonata-core`.
//!
//! 1. [`Expression::parse`] compiles once and notes which data the expression can reach (`reach`).
//! 2. [`Expression::evaluate`] binds just that data, and AWS's own functions (`functions`).

mod convert;
mod functions;
mod kept;
mod reach;
mod reads;
mod references;
mod wording;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::Value;

use super::failure::Failure;
use super::scope::Scope;
use reach::Reach;
pub(crate) use reads::Offered;

/// Longer evaluations are refused: an expression is not a program.
const TIME_LIMIT_MS: u64 = 5_000;
/// How many parts of a failed expression are tried again to word its error, and how long each may take.
const PARTS_TRIED: u32 = 64;
const PART_TIME_LIMIT_MS: u64 = 50;
/// Deepest recursion of an expression's own functions.
const DEPTH_LIMIT: usize = 1_000;
/// Longest sequence an expression may make; more could not leave a state anyway.
const LENGTH_LIMIT: usize = 1_000_000;

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// Between `{%` and `%}`, trimmed.
    pub(crate) source: String,
    ast: Arc<AstNode>,
    reach: Reach,
}

/// The expression inside `{% … %}`, if a text is one.
pub(crate) fn delimited(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}")
}

impl Expression {
    /// Compiles the text between the delimiters.
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        let source = source.trim();
        kept::or_parsed(source, || {
            let ast = parser::parse(source)
                .map_err(|error| wording::of_parser(&error.display_message(), source))?;
            Ok(Self { source: source.to_owned(), ast: Arc::new(ast), reach: Reach::of(source) })
        })
    }

    /// The value, or a failure that names the field.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>, field: &str) -> Result<Value, Failure> {
        match self.run(scope) {
            Ok(JValue::Undefined) => Err(self.failed(field, "returned nothing (undefined).")),
            Ok(value) if convert::deeper_than(&value, DEPTH_LIMIT) => {
                Err(self.failed(field, "returned a value that nests too deep."))
            }
            Ok(value) => convert::to_json(&value)
                .ok_or_else(|| self.failed(field, "returned an unsupported result type.")),
            Err(message) => {
                // What has a code is a sentence of its own to AWS.
                let between = if wording::is_coded(&message) { ". " } else { ": " };
                Err(self.failed(field, &format!("threw an error during evaluation{between}{message}")))
            }
        }
    }

    /// Adds the names of the variables the expression refers to.
    pub(crate) fn variables(&self, names: &mut std::collections::BTreeSet<String>) {
        references::collect(&self.ast, names);
    }

    /// What it reads that is not offered where it stands.
    pub(crate) fn complaints(&self, offered: Offered) -> Vec<String> {
        reads::complaints(&self.ast, offered)
    }

    fn failed(&self, field: &str, what: &str) -> Failure {
        let source = &self.source;
        let message = format!("The JSONata expression '{source}' specified for the field '{field}' {what}");
        Failure::query(message, Some(field))
    }

    fn run(&self, scope: &Scope<'_>) -> Result<JValue, String> {
        let mut evaluator = self.evaluator(scope, TIME_LIMIT_MS)?;
        // AWS gives an expression no implicit input: data comes through `$states` and variables.
        let evaluate = AssertUnwindSafe(|| evaluator.evaluate(&self.ast, &JValue::Undefined));
        // The library gives up in a few places; that ends the expression, not the process.
        match catch_unwind(evaluate) {
            Ok(result) => result.map_err(|error| self.worded(error.message(), scope)),
            Err(_) => Err("The expression could not be evaluated.".to_owned()),
        }
    }

    /// An evaluator that sees what the expression can reach.
    fn evaluator(&self, scope: &Scope<'_>, limit: u64) -> Result<Evaluator, String> {
        let mut context = Context::new();
        for name in &self.reach.variables {
            if let Some(value) = scope.variable(name) {
                context.bind(name.clone(), JValue::from(value.clone()));
            }
        }
        if self.reach.states {
            context.bind("states".to_owned(), self.reach.states_object(scope));
        }
        let options = EvaluatorOptions {
            timeout_ms: Some(limit),
            max_stack_depth: Some(DEPTH_LIMIT),
            max_sequence_length: Some(LENGTH_LIMIT),
            cancel: None,
        };
        let mut evaluator = Evaluator::with_options(context, options);
        functions::register(&mut evaluator, scope, &self.reach.variables)
            .map_err(|error| error.message().to_owned())?;
        Ok(evaluator)
    }

    /// An error in the words that AWS has for it.
    fn worded(&self, message: &str, scope: &Scope<'_>) -> String {
        let Ok(mut evaluator) = self.evaluator(scope, PART_TIME_LIMIT_MS) else { return message.to_owned() };
        let mut left = PARTS_TRIED;
        let mut evaluate = |part: &AstNode| {
            if left == 0 {
                return Err(EvaluatorError::EvaluationError(String::new()));
            }
            left -= 1;
            evaluator.evaluate(part, &JValue::Undefined)
        };
        let words = AssertUnwindSafe(|| wording::of(message, &self.ast, &mut evaluate));
        catch_unwind(words).unwrap_or_else(|_| message.to_owned())
    }
}

/// The kind of a value as AWS's messages call it.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::scope::tests::with_scope;

    fn run(source: &str) -> Result<Value, Failure> {
        let variables = [("n".to_owned(), Arc::new(json!(4)))].into();
        let expression = Expression::parse(source).expect(source);
        with_scope(&json!({"a": [1, 2, 3]}), &variables, |scope| expression.evaluate(scope, "Output"))
    }

    fn check(source: &str, want: &Value) {
        assert_eq!(run(source).as_ref(), Ok(want), "{source}");
    }

    #[test]
    fn reaches_input_context_and_variables() {
        check("$states.input.a[1]", &json!(2));
        check("$sum($states.input.a) + $n", &json!(10));
        check("$states.context.Execution.Name", &json!("first"));
        check("$lookup($states, 'input').a[0]", &json!(1));
    }

    #[test]
    fn has_the_functions_aws_adds() {
        check("$partition([1,2,3,4], 3)", &json!([[1, 2, 3], [4]]));
        check("$range(0, 10, 5)", &json!([0, 5, 10]));
        check("$range(-1.2, 2.8, 1.9)", &json!([-1, 0, 1, 2]));
        check("$range(3, 3, 1)", &json!(3));
        check("$append([], $range(3, 1, 1))", &json!([]));
        check("$random(42)", &json!(0.727_563_680_032_868_1));
        check("$partition(7, 3)", &json!([[7]]));
        check("$hash('input data', 'MD5')", &json!("812f45842bc6d66ee14572ce20db8e86"));
        check("$uuid() != $uuid()", &json!(true));
        check("$random(7) = $random(7)", &json!(true));
        check("$random() < 1", &json!(true));
        check("$parse('{\"a\":1}').a", &json!(1));
        check("$millis()", &json!(0));
        check("$now()", &json!("1970-01-01T00:00:00.000Z"));
        check("$now('[Y0001]-[M01]')", &json!("1970-01"));
    }

    #[test]
    fn failures_name_expression_and_field() {
        let cause = |source: &str| run(source).expect_err(source).cause.unwrap_or_default();
        assert_eq!(
            cause("$missing"),
            "The JSONata expression '$missing' specified for the field 'Output' returned nothing (undefined)."
        );
        assert!(cause("'a' + 1").contains("threw an error during evaluation. T2001"), "{}", cause("'a' + 1"));
        assert!(cause("$eval('1')").ends_with("T1006: Attempted to invoke a non-function"));
        let signature = "T0410: Argument 1 of function \"range\" does not match function signature";
        assert!(cause("$range('0', 4, 1)").ends_with(signature), "{}", cause("$range('0', 4, 1)"));
        let says = |source: &str, words: &str| {
            let cause = cause(source);
            assert!(cause.ends_with(&format!("threw an error during evaluation. {words}")), "{cause}");
        };
        says("$sum('a')", "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"");
        says(
            "1 + $uppercase(2)",
            "T0410: Argument 1 of function \"uppercase\" does not match function signature",
        );
        says("$abs(1, 2)", "T0410: Argument 2 of function \"abs\" does not match function signature");
        says("$pad('a')", "T0410: Argument 2 of function \"pad\" does not match function signature");
        says("'a' - 1", "T2001: The left side of the \"-\" operator must evaluate to a number");
        says("$number('x')", "D3030: Unable to cast value to a number: \"x\"");
        says("-'x'", "D1002: Cannot negate a non-numeric value: \"x\"");
        says(
            "1 < 'x'",
            "T2009: The values 1 and \"x\" either side of operator \"<\" must be of the same data type",
        );
        says(
            "$single([1, 2])",
            "D3138: The $single() function expected exactly 1 matching result.  Instead it matched more.",
        );
        says("$error('boom')", "D3137: boom");
        assert!(cause("function($x){$x}").contains("unsupported result type"));
        let limit = "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for \
                     excessive memory usage";
        assert!(cause("$range(1, 360146, 1)").ends_with(limit), "{}", cause("$range(1, 360146, 1)"));
        assert!(cause("[1..99999999]").ends_with(limit), "{}", cause("[1..99999999]"));
        assert!(cause("$partition([], 2)").ends_with("returned nothing (undefined)."));
    }

    #[test]
    fn what_does_not_parse_is_told_in_the_references_words() {
        for (source, want) in [
            ("a[1,2)", r#"Expected "]", got ",""#),
            ("\"unterminated", "String literal must be terminated by a matching quote"),
            ("1 +", "Unexpected end of expression"),
            ("{\"a\":}", r#"The symbol "}" cannot be used as a unary operator"#),
            ("(1", r#"Expected ")" before end of expression"#),
            ("$match(\"a\", /abc", "No terminating / in regular expression"),
            ("1 2", "Syntax error: 2"),
            ("1 a", r#"Syntax error: "a""#),
        ] {
            assert_eq!(Expression::parse(source).err().as_deref(), Some(want), "{source}");
        }
    }

    #[test]
    fn empty_and_null_are_not_nothing() {
        check("{'a': []}.a", &json!([]));
        check("$exists({'a': []}.a)", &json!(true));
        check("$exists({'a': null}.a)", &json!(true));
        check("$exists($states.input.b)", &json!(false));
        check("null", &json!(null));
    }

    #[test]
    fn what_the_library_gives_up_on_fails_the_expression() {
        assert!(run("$formatNumber(1e300, '0.' & $pad('', 100000, '#'))").is_err());
    }

    #[test]
    fn values_that_nest_too_deep_fail_the_expression() {
        let cause =
            run("$reduce([1..1500], function($a, $x){ {\"a\": $a} }, 1)").expect_err("too deep").cause;
        assert!(cause.is_some_and(|cause| cause.ends_with("nests too deep.")));
    }

    #[test]
    fn padding_has_a_limit() {
        check("$pad('foo', 5, '#') & $pad('foo', -5) & $pad('foo', 2, '12')", &json!("foo##  foofoo"));
        check("$pad('ü', 5, '12') & $pad('', -3, '\u{1F600}')", &json!("ü1212\u{1F600}\u{1F600}\u{1F600}"));
        assert!(run("$pad('x', 1e9)").is_err());
    }

    #[test]
    fn endless_recursion_ends() {
        assert!(run("($f := function($x){ 1 + $f($x) }; $f(1))").is_err());
    }
}
