//! The binary as a user meets it: on a sandbox, in a cleared environment, with everything that it says.

mod account;
mod addresses;
mod apply;
mod blueprints;
mod destroy;
mod drift;
mod edits;
mod environments;
mod errors;
mod existing;
mod fuzz;
mod help;
mod in_memory;
mod init;
mod interrupt;
mod moved;
mod output;
mod pin;
mod plan;
mod protect;
mod replacements;
mod sandbox;
mod sandbox_file;
mod saved_plan;
mod terminal;
mod validate;
