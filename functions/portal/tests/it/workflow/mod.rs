//! What the portal makes of Step Functions' answers.

mod progress;
