//! Where the reader stands in a definition.
//!
//! A list through the stack: most definitions are sound, and nothing has to be written down for them. It
//! displays as a JSON pointer once there is something to say.

use std::fmt;

use super::pointer_token;

/// The place of a value: the whole definition, a member of an object, an item of a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pointer<'p> {
    Root,
    Member(&'p Pointer<'p>, &'p str),
    Item(&'p Pointer<'p>, usize),
}

impl<'p> Pointer<'p> {
    /// The place of a member.
    pub(super) fn member(&'p self, name: &'p str) -> Self {
        Self::Member(self, name)
    }

    /// The place of an item.
    pub(super) fn item(&'p self, index: usize) -> Self {
        Self::Item(self, index)
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(around, name) => write!(formatter, "{around}/{}", pointer_token(name)),
            Self::Item(around, index) => write!(formatter, "{around}/{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn a_place_is_written_as_a_json_pointer() {
        let states = Pointer::Root.member("States");
        let choices = states.member("a/b~c");
        assert_eq!(choices.member("Choices").item(2).to_string(), "/States/a~1b~0c/Choices/2");
        assert_eq!(Pointer::Root.to_string(), "");
    }
}
