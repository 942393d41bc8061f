//! The words of JSONata's reference implementation, which AWS repeats, for errors that the library words
//! in its own way. What the words name beside the code is looked for in the expression.

use jsonata_core::ast::{AstNode, BinaryOp, UnaryOp};
use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::convert;

/// Too much was made.
pub(super) const TOO_LARGE: &str =
    "Expression evaluation memory limit exceeded: Check for excessive memory usage";
/// Functions called each other, or parts held each other, too deep.
const TOO_DEEP: &str = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as \
                        tail-recursive. Depth=101 max=100";
/// It took too long.
const TOO_LONG: &str = "Expression evaluation timeout: Check for infinite loop";
/// The library's codes for limits, for which AWS has words without a code.
const LIMITS: [(&str, &str); 5] = [
    ("D1011", TOO_DEEP),
    ("U1001", TOO_DEEP),
    ("D1012", TOO_LONG),
    ("D2014", TOO_LARGE),
    ("D2015", TOO_LARGE),
];

/// Words that need nothing but the code.
const FIXED: [(&str, &str); 25] = [
    ("T2003", "The left side of the range operator (..) must evaluate to an integer"),
    ("T2004", "The right side of the range operator (..) must evaluate to an integer"),
    ("D3001", "Attempting to invoke string function on Infinity or NaN"),
    ("D3010", "Second argument of replace function cannot be an empty string"),
    ("D3011", "Fourth argument of replace function must evaluate to a positive number"),
    ("D3020", "Third argument of split function must evaluate to a positive number"),
    ("D3040", "Third argument of match function must evaluate to a positive number"),
    ("D3080", "The picture string must only contain a maximum of two sub-pictures"),
    ("D3081", "The sub-picture must not contain more than one instance of the 'decimal-separator' character"),
    ("D3082", "The sub-picture must not contain more than one instance of the 'percent' character"),
    ("D3083", "The sub-picture must not contain more than one instance of the 'per-mille' character"),
    ("D3084", "The sub-picture must not contain both a 'percent' and a 'per-mille' character"),
    (
        "D3085",
        "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit \
         character' or a member of the 'decimal digit family'",
    ),
    (
        "D3086",
        "The sub-picture must not contain a passive character that is preceded by an active character and that is \
         followed by another active character",
    ),
    (
        "D3087",
        "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a \
         'decimal-separator' character",
    ),
    ("D3088", "The sub-picture must not contain a 'grouping-separator' at the end of the integer part"),
    (
        "D3089",
        "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
    ),
    (
        "D3090",
        "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is \
         followed by an instance of the 'optional digit character'",
    ),
    (
        "D3091",
        "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' that \
         is followed by a member of the 'decimal digit family'",
    ),
    (
        "D3092",
        "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as \
         an 'exponent-separator'",
    ),
    (
        "D3093",
        "The exponent part of the sub-picture must comprise only of one or more characters that are members of the \
         'decimal digit family'",
    ),
    ("D3138", "The $single() function expected exactly 1 matching result.  Instead it matched more."),
    ("D3139", "The $single() function expected exactly 1 matching result.  Instead it matched 0."),
    ("T2006", "The right side of the function application operator ~> must be a function"),
    ("T2008", "The expressions within an order-by clause must evaluate to numeric or string values"),
];

/// How the library calls a token, and how it is written.
const TOKENS: [(&str, &str); 39] = [
    ("Plus", "+"),
    ("Minus", "-"),
    ("StarStar", "**"),
    ("Star", "*"),
    ("Slash", "/"),
    ("Percent", "%"),
    ("Equal", "="),
    ("NotEqual", "!="),
    ("LessThanOrEqual", "<="),
    ("LessThan", "<"),
    ("GreaterThanOrEqual", ">="),
    ("GreaterThan", ">"),
    ("And", "and"),
    ("Or", "or"),
    ("In", "in"),
    ("Ampersand", "&"),
    ("DotDot", ".."),
    ("Dot", "."),
    ("QuestionQuestion", "??"),
    ("QuestionColon", "?:"),
    ("Question", "?"),
    ("ColonEqual", ":="),
    ("Colon", ":"),
    ("TildeArrow", "~>"),
    ("LeftParen", "("),
    ("RightParen", ")"),
    ("LeftBracket", "["),
    ("RightBracket", "]"),
    ("LeftBrace", "{"),
    ("RightBrace", "}"),
    ("Comma", ","),
    ("Semicolon", ";"),
    ("Caret", "^"),
    ("Pipe", "|"),
    ("Hash", "#"),
    ("At", "@"),
    ("True", "true"),
    ("False", "false"),
    ("Null", "null"),
];

/// What the parser says of a source in the reference's words, without the code in front, which AWS leaves
/// out.
pub(super) fn of_parser(message: &str, source: &str) -> String {
    let message = message.strip_prefix("Parse error: ").unwrap_or(message);
    let message = message.strip_prefix("Invalid syntax: ").unwrap_or(message);
    let Some((code, rest)) = message.split_once(": ") else { return message.to_owned() };
    let between = |before: &str, after: &str| rest.strip_prefix(before)?.strip_suffix(after).map(token);
    let words = match code {
        "S0101" if !ends_in_quotes(source) => Some("No terminating / in regular expression".to_owned()),
        "S0102" => rest.rsplit(": ").next().map(|number| format!("Number out of range: {number}")),
        "S0201" => between("Syntax error: ", "").map(|token| format!("Syntax error: {token}")),
        "S0202" => rest
            .strip_prefix("Expected ")
            .and_then(|rest| rest.split_once(", got "))
            .map(|(expected, got)| format!("Expected {}, got {}", token(expected), token(got))),
        "S0203" => between("Expected ", " before end of expression")
            .map(|token| format!("Expected {token} before end of expression")),
        "S0204" => between("Unknown operator: ", "").map(|token| format!("Unknown operator: {token}")),
        "S0211" => between("The symbol ", " cannot be used as a unary operator")
            .map(|token| format!("The symbol {token} cannot be used as a unary operator")),
        _ => None,
    };
    words.unwrap_or_else(|| if is_code(code) { rest.to_owned() } else { message.to_owned() })
}

/// Whether a message starts with one of the language's codes.
pub(super) fn is_coded(message: &str) -> bool {
    message.split_once(": ").is_some_and(|(code, _)| is_code(code))
}

fn is_code(text: &str) -> bool {
    text.len() == 5 && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// A token as the reference shows it: quoted, unless it is a number.
fn token(name: &str) -> String {
    if let Some((_, written)) = TOKENS.iter().find(|(known, _)| *known == name) {
        return format!("\"{written}\"");
    }
    match name.split_once('(') {
        Some(("Number", value)) => value.trim_end_matches(')').trim_end_matches(".0").to_owned(),
        Some((_, value)) => value.trim_end_matches(')').to_owned(),
        None => format!("\"{name}\""),
    }
}

/// Whether a quote is open where a source ends.
fn ends_in_quotes(source: &str) -> bool {
    let mut open = None;
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match (open, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(quote), _) if character == quote => open = None,
            (None, '"' | '\'') => open = Some(character),
            _ => {}
        }
    }
    open.is_some()
}

/// An evaluation of a part of the failed expression, in the same scope.
pub(super) type Evaluate<'e> = dyn FnMut(&AstNode) -> Result<JValue, EvaluatorError> + 'e;

/// The error in the reference's words; the library's own where they cannot be found.
pub(super) fn of(message: &str, ast: &AstNode, evaluate: &mut Evaluate<'_>) -> String {
    let Some((code, rest)) = message.split_once(": ") else { return message.to_owned() };
    if let Some((_, words)) = LIMITS.iter().find(|(known, _)| *known == code) {
        return (*words).to_owned();
    }
    let fixed = FIXED.iter().find(|(known, _)| *known == code).map(|(_, words)| (*words).to_owned());
    let words = fixed.or_else(|| match code {
        "T0410" | "T0411" | "T0412" => {
            let (name, arguments) = function(message, ast, evaluate)?;
            let index = match rest.strip_prefix("Argument count mismatch") {
                Some(_) => miscounted(name, arguments, evaluate),
                None => number(rest)?,
            };
            Some(argument(code, rest, index, name))
        }
        "T2001" | "T2002" => {
            let side = if code == "T2001" { "left" } else { "right" };
            let operator = rest.split("side of the ").nth(1)?.split(" operator").next()?.trim_matches('"');
            Some(format!("The {side} side of the \"{operator}\" operator must evaluate to a number"))
        }
        "T2009" | "T2010" => compared(code, message, ast, evaluate),
        "D1002" | "D3030" => {
            let operand = single_operand(message, ast, evaluate)?;
            let what = if code == "D1002" {
                "Cannot negate a non-numeric value"
            } else {
                "Unable to cast value to a number"
            };
            Some(format!("{what}: {}", shown(operand, evaluate)?))
        }
        _ => None,
    });
    words.map_or_else(|| message.to_owned(), |words| format!("{code}: {words}"))
}

fn number(text: &str) -> Option<usize> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The argument that is too many, or that is missing: the first one without which a call is not better.
fn miscounted(name: &str, arguments: &[AstNode], evaluate: &mut Evaluate<'_>) -> usize {
    for count in (0..arguments.len()).rev() {
        let args = arguments[..count].to_vec();
        let shorter = AstNode::Function { name: name.to_owned(), args, is_builtin: true };
        match evaluate(&shorter).map_err(|error| error.message().to_owned()) {
            Err(message) if message.contains("Argument count mismatch") => {}
            Err(message) if message.starts_with("T0410: ") => {
                return number(&message[7..]).unwrap_or(count + 1);
            }
            Ok(_) | Err(_) => return count + 1,
        }
    }
    // No number of arguments is few enough: some are missing.
    arguments.len() + 1
}

/// What is said of an argument of a function.
fn argument(code: &str, rest: &str, index: usize, function: &str) -> String {
    match code {
        "T0411" => {
            format!("Context value is not a compatible type with argument {index} of function \"{function}\"")
        }
        "T0412" => {
            let wanted = match rest.rsplit(' ').next().unwrap_or_default().to_lowercase().as_str() {
                "string" => "strings",
                "number" => "numbers",
                "boolean" => "booleans",
                "object" => "objects",
                "array" => "arrays",
                _ => "functions",
            };
            format!("Argument {index} of function \"{function}\" must be an array of \"{wanted}\"")
        }
        _ => format!("Argument {index} of function \"{function}\" does not match function signature"),
    }
}

/// The function whose call fails with a message, and its arguments: the innermost one that does so by itself.
fn function<'a>(
    message: &str,
    ast: &'a AstNode,
    evaluate: &mut Evaluate<'_>,
) -> Option<(&'a str, &'a [AstNode])> {
    let is_call = |node: &AstNode| matches!(node, AstNode::Function { .. });
    match culprit(message, ast, &is_call, evaluate)? {
        AstNode::Function { name, args, .. } => Some((name, args)),
        _ => None,
    }
}

fn compared(code: &str, message: &str, ast: &AstNode, evaluate: &mut Evaluate<'_>) -> Option<String> {
    let compares = |node: &AstNode| matches!(node, AstNode::Binary { op, .. } if sign(*op).is_some());
    let AstNode::Binary { op, lhs, rhs } = culprit(message, ast, &compares, evaluate)? else { return None };
    let sign = sign(*op)?;
    if code == "T2010" {
        return Some(format!(
            "The expressions either side of operator \"{sign}\" must evaluate to numeric or string values"
        ));
    }
    let (left, right) = (shown(lhs, evaluate)?, shown(rhs, evaluate)?);
    Some(format!(
        "The values {left} and {right} either side of operator \"{sign}\" must be of the same data type"
    ))
}

fn sign(operator: BinaryOp) -> Option<&'static str> {
    Some(match operator {
        BinaryOp::LessThan => "<",
        BinaryOp::LessThanOrEqual => "<=",
        BinaryOp::GreaterThan => ">",
        BinaryOp::GreaterThanOrEqual => ">=",
        _ => return None,
    })
}

/// What is negated, or made a number.
fn single_operand<'a>(message: &str, ast: &'a AstNode, evaluate: &mut Evaluate<'_>) -> Option<&'a AstNode> {
    let takes_one = |node: &AstNode| match node {
        AstNode::Unary { op: UnaryOp::Negate, .. } => true,
        AstNode::Function { args, .. } => args.len() == 1,
        _ => false,
    };
    match culprit(message, ast, &takes_one, evaluate)? {
        AstNode::Unary { operand, .. } => Some(operand),
        AstNode::Function { args, .. } => args.first(),
        _ => None,
    }
}

fn shown(node: &AstNode, evaluate: &mut Evaluate<'_>) -> Option<String> {
    evaluate(node).ok().and_then(|value| convert::to_json(&value)).map(|value| value.to_string())
}

/// The innermost part of a kind that fails with a message when it is evaluated by itself.
fn culprit<'a>(
    message: &str,
    node: &'a AstNode,
    wanted: &dyn Fn(&AstNode) -> bool,
    evaluate: &mut Evaluate<'_>,
) -> Option<&'a AstNode> {
    for part in parts(node) {
        if let Some(found) = culprit(message, part, wanted, evaluate) {
            return Some(found);
        }
    }
    (wanted(node) && evaluate(node).is_err_and(|error| error.message() == message)).then_some(node)
}

/// The parts of a node that are evaluated where the node is: not what functions and steps do later.
fn parts(node: &AstNode) -> Vec<&AstNode> {
    match node {
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand, .. } => vec![operand],
        AstNode::Function { args, .. } | AstNode::Array(args) | AstNode::Block(args) => args.iter().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&**procedure).chain(args).collect(),
        AstNode::Object(pairs) => pairs.iter().flat_map(|(name, value)| [name, value]).collect(),
        AstNode::Conditional { condition, then_branch, else_branch } => {
            let branches = [condition, then_branch].into_iter().chain(else_branch);
            branches.map(|branch| &**branch).collect()
        }
        AstNode::Path { steps } => steps.first().map(|step| &step.node).into_iter().collect(),
        _ => Vec::new(),
    }
}
