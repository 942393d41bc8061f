//! Text and whole numbers, one after the other, into one string.
//!
//! A picture is some hundred short pieces; `format!` would take as long over each as the layout of a state.

use crate::markdown::highlight::escape;

/// Something that can be written.
pub(super) trait Ink {
    fn put(self, out: &mut String);
}

/// Text of a catalog, escaped.
pub(super) struct Words<'a>(pub(super) &'a str);

impl Ink for &str {
    fn put(self, out: &mut String) {
        out.push_str(self);
    }
}

impl Ink for &String {
    fn put(self, out: &mut String) {
        out.push_str(self);
    }
}

impl Ink for Words<'_> {
    fn put(self, out: &mut String) {
        escape(self.0, out);
    }
}

impl Ink for i32 {
    fn put(self, out: &mut String) {
        if self < 0 {
            out.push('-');
        }
        digits(self.unsigned_abs(), out);
    }
}

impl Ink for usize {
    fn put(self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

fn digits(number: u32, out: &mut String) {
    if number >= 10 {
        digits(number / 10, out);
    }
    out.push(DIGITS[(number % 10) as usize]);
}

/// Writes pieces, one after the other: `put!(out, "<path d=\"M", x, " ", y, "\"/>")`.
macro_rules! put {
    ($out:expr, $($piece:expr),+ $(,)?) => {
        { $( $crate::picture::ink::Ink::put($piece, $out); )+ }
    };
}

pub(super) use put;

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn numbers_are_written_as_format_does() {
        for number in [0, 7, 10, 99, 100, 1234, -1, -305, i32::MAX, i32::MIN] {
            let mut out = String::new();
            put!(&mut out, "a", number, Words("<"));
            assert_eq!(out, format!("a{number}&lt;"));
        }
    }
}
