//! What goes to people.

mod letter;
