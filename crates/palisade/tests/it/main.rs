//! The binary as a user meets it: on a sandbox, in a cleared environment, with everything that it says.

mod account;
mod apply;
mod blueprints;
mod destroy;
mod drift;
mod edits;
mod environments;
mod errors;
mod help;
mod init;
mod interrupt;
mod output;
mod plan;
mod sandbox;
mod sandbox_file;
mod saved_plan;
mod terminal;
mod validate;
