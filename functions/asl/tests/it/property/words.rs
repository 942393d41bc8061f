//! The parts of states, in JSONPath and in JSONata.

use serde_json::{Value, json};

use super::recipe::{Condition, Map, Retry, Source, Step, Wait};

/// The word that a state's name begins with.
pub(super) fn kind(step: &Step) -> &'static str {
    match step {
        Step::Pass { .. } => "Pass",
        Step::Wait(_) => "Wait",
        Step::Task(_) => "Task",
        Step::Choice { .. } => "Choice",
        Step::Loop { .. } => "Loop",
        Step::Parallel { .. } => "Parallel",
        Step::Map { .. } => "Map",
        Step::Succeed => "Succeed",
        Step::Fail(_) => "Fail",
    }
}

/// A value's text: a path, a call, an expression.
pub(super) fn text(jsonata: bool, source: &Source, known: &[String]) -> String {
    let of_variable = |number: usize| known.get(number % known.len().max(1)).map(|name| format!("${name}"));
    let (path, expression) = match source {
        Source::Literal(value) if jsonata => return format!("$parse({})", json!(value.to_string())),
        Source::Literal(value) => return format!("States.StringToJson('{}')", quoted(&value.to_string())),
        Source::Field(name) => return format!("{}.{name}", if jsonata { "$states.input" } else { "$" }),
        Source::Sum(more) => (format!("States.MathAdd($.n, {more})"), format!("$states.input.n + ({more})")),
        Source::Third => ("States.ArrayGetItem($.items, 0)".to_owned(), "$states.input.n / 3".to_owned()),
        Source::Text => (
            "States.Format('{} is \\{{}\\}', $.s, $.n)".to_owned(),
            "$states.input.s & ' is ' & $string($states.input.n)".to_owned(),
        ),
        Source::Digest => {
            ("States.Hash($.s, 'SHA-256')".to_owned(), "$hash($states.input.s, 'MD5')".to_owned())
        }
        Source::Variable(number) => match of_variable(*number) {
            Some(name) => return name,
            None => ("States.Array($.b, null)".to_owned(), "[$states.input.b, null]".to_owned()),
        },
        Source::Execution => ("$$.Execution".to_owned(), "$states.context.Execution".to_owned()),
        Source::State => ("$$.State.Name".to_owned(), "$states.context.State.Name".to_owned()),
        Source::Entered => {
            ("$$.State.EnteredTime".to_owned(), "$states.context.State.EnteredTime".to_owned())
        }
        Source::Uuid => ("States.UUID()".to_owned(), "$uuid()".to_owned()),
        Source::Random => ("States.MathRandom(0, 1000)".to_owned(), "$random()".to_owned()),
        Source::Now => ("States.ArrayRange(1, 9, 2)".to_owned(), "$now()".to_owned()),
        Source::Input => ("$".to_owned(), "$states.input".to_owned()),
    };
    if jsonata { expression } else { path }
}

fn quoted(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '\'' | '{' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// An object of values that are worked out.
pub(super) fn object(jsonata: bool, members: &[(&str, String)]) -> Value {
    let member = |(name, text): &(&str, String)| {
        if jsonata {
            ((*name).to_owned(), json!(format!("{{% {text} %}}")))
        } else {
            (format!("{name}.$"), json!(text))
        }
    };
    Value::Object(members.iter().map(member).collect())
}

fn merged(name: &str, expression: &str) -> Value {
    json!(format!("{{% $merge([$states.input, {{'{name}': {expression}}}]) %}}"))
}

pub(super) fn pass(jsonata: bool, source: &Source, forgets: bool, known: &[String]) -> Value {
    let text = text(jsonata, source, known);
    match (jsonata, forgets) {
        (true, true) => json!({"Type": "Pass", "Output": {"r": format!("{{% {text} %}}")}}),
        (true, false) => json!({"Type": "Pass", "Output": merged("r", &text)}),
        (false, true) => json!({"Type": "Pass", "Parameters": {"r.$": text}, "OutputPath": "$.r"}),
        (false, false) => json!({"Type": "Pass", "Parameters": {"value.$": text}, "ResultPath": "$.r"}),
    }
}

pub(super) fn wait(jsonata: bool, wait: &Wait) -> Value {
    match wait {
        Wait::Seconds(seconds) => json!({"Type": "Wait", "Seconds": seconds}),
        Wait::Field if jsonata => json!({"Type": "Wait", "Seconds": "{% $states.input.n %}"}),
        Wait::Field => json!({"Type": "Wait", "SecondsPath": "$.n"}),
        Wait::Until(second) => {
            json!({"Type": "Wait", "Timestamp": format!("2026-01-01T00:00:{second:02}.5Z")})
        }
    }
}

pub(super) fn fail(jsonata: bool, source: Option<&Source>, known: &[String]) -> Value {
    let Some(source) = source else { return json!({"Type": "Fail", "Error": "E1", "Cause": "as planned"}) };
    let text = text(jsonata, source, known);
    if jsonata {
        return json!({"Type": "Fail", "Error": "E2", "Cause": format!("{{% $string({text}) %}}")});
    }
    // `ErrorPath` takes no context object, and only calls that give a text.
    let path = if text.starts_with("$$") || text.starts_with("States.") { "States.UUID()" } else { &text };
    json!({"Type": "Fail", "Error": "E2", "CausePath": path})
}

/// What becomes of a result: merged into the input, whole or only how much it is.
pub(super) fn result(jsonata: bool, whole: bool, fields: &mut Value) {
    match (jsonata, whole) {
        (true, true) => fields["Output"] = merged("r", "$states.result"),
        (true, false) => fields["Output"] = merged("r", "$count($states.result)"),
        (false, true) => fields["ResultPath"] = json!("$.r"),
        (false, false) => {
            fields["ResultSelector"] = json!({"length.$": "States.ArrayLength($)"});
            fields["ResultPath"] = json!("$.r.length");
        }
    }
}

pub(super) fn items(jsonata: bool, map: &Map, fields: &mut Value) {
    match (jsonata, &map.items) {
        (true, Some(items)) => {
            fields["Items"] = json!(format!("{{% $parse({}) %}}", json!(json!(items).to_string())));
        }
        (true, None) => fields["Items"] = json!("{% $states.input.items %}"),
        (false, _) => fields["ItemsPath"] = json!("$.items"),
    }
    if let Some(most) = map.at_once {
        fields["MaxConcurrency"] = json!(most);
    }
    if map.selector && jsonata {
        let context = "$states.context.Map.Item";
        let selected = format!("{{'n': {context}.Index, 'item': {context}.Value}}");
        fields["ItemSelector"] = json!(format!("{{% $merge([$states.input, {selected}]) %}}"));
    } else if map.selector {
        fields["ItemSelector"] = json!({"n.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value",
            "s.$": "$.s", "b.$": "$.b", "items.$": "$.items"});
    }
}

pub(super) fn condition(jsonata: bool, condition: &Condition) -> Value {
    if jsonata {
        json!({"Condition": format!("{{% {} %}}", expression(condition))})
    } else {
        comparison(condition)
    }
}

fn expression(condition: &Condition) -> String {
    match condition {
        Condition::Present(name) => format!("$exists($states.input.{name})"),
        Condition::Less(number) => format!("$states.input.n < {number}"),
        Condition::Text(pattern) => {
            format!("$contains($states.input.s, '{}')", pattern.trim_end_matches('*'))
        }
        Condition::Not(inner) => format!("$not({})", expression(inner)),
        Condition::Both(left, right) => format!("({}) and ({})", expression(left), expression(right)),
    }
}

fn comparison(condition: &Condition) -> Value {
    match condition {
        Condition::Present(name) => json!({"Variable": format!("$.{name}"), "IsPresent": true}),
        Condition::Less(number) => json!({"Variable": "$.n", "NumericLessThan": number}),
        Condition::Text(pattern) => json!({"Variable": "$.s", "StringMatches": pattern}),
        Condition::Not(inner) => json!({"Not": comparison(inner)}),
        Condition::Both(left, right) => json!({"And": [comparison(left), comparison(right)]}),
    }
}

/// The rule that something is less than a number.
pub(super) fn less(jsonata: bool, what: &str, than: i64) -> Value {
    if jsonata {
        json!({"Condition": format!("{{% {what} < {than} %}}")})
    } else {
        json!({"Variable": what, "NumericLessThan": than})
    }
}

pub(super) fn increment(jsonata: bool, variable: &str) -> String {
    if jsonata { format!("${variable} + 1") } else { format!("States.MathAdd(${variable}, 1)") }
}

/// `Next`, or `End`.
pub(super) fn go(fields: &mut Value, next: Option<&str>) {
    match next {
        Some(next) => fields["Next"] = json!(next),
        None => fields["End"] = json!(true),
    }
}

pub(super) fn retry(rule: &Retry) -> Value {
    let mut fields = json!({"ErrorEquals": rule.errors, "MaxAttempts": rule.attempts,
        "IntervalSeconds": rule.interval, "BackoffRate": rule.backoff});
    if let Some(most) = rule.most {
        fields["MaxDelaySeconds"] = json!(most);
    }
    if rule.jitter {
        fields["JitterStrategy"] = json!("FULL");
    }
    fields
}

pub(super) fn catcher(jsonata: bool, errors: &[&str], target: &str) -> Value {
    let mut fields = json!({"ErrorEquals": errors, "Next": target});
    if jsonata {
        fields["Output"] = merged("error", "$states.errorOutput");
    } else {
        fields["ResultPath"] = json!("$.error");
    }
    fields
}

/// Puts the argument, and the token, into what a service is called with.
pub(super) fn fill(jsonata: bool, arguments: &mut Value, source: &Source, known: &[String]) {
    let Some(members) = arguments.as_object_mut() else { return };
    let token = if jsonata { "$states.context.Task.Token" } else { "$$.Task.Token" };
    for (name, text) in [("argument", text(jsonata, source, known)), ("token", token.to_owned())] {
        if members.remove(name).is_some()
            && let Value::Object(filled) = object(jsonata, &[(name, text)])
        {
            members.extend(filled);
        }
    }
    members.values_mut().for_each(|inner| fill(jsonata, inner, source, known));
}
