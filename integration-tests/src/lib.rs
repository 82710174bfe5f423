//! The real binary with the real SDK against LocalStack, checked by boto3: everything is in `tests/it`.
//!
//! Nothing is in here, and nothing of palisade is linked into the tests: they see what its users see.
