//! How a state reads and shapes data: paths, intrinsic functions, JSONata, templates.

pub(crate) mod depth;
pub(crate) mod failure;
pub(crate) mod intrinsics;
pub(crate) mod jsonata;
pub(crate) mod jsonpath;
pub(crate) mod result_path;
pub(crate) mod scope;
pub(crate) mod template;
pub(crate) mod timestamp;

pub(crate) use depth::too_deep;
pub(crate) use failure::{Failure, Origin};
pub(crate) use jsonpath::Path;
pub(crate) use result_path::ResultPath;
pub(crate) use scope::Scope;
pub(crate) use template::Template;
