//! Forms of texts that AWS gives: ARNs, keys, places in S3, machines.

use palisade_core::Diagnostic;

use crate::codes;
use crate::grammar::sagemaker::{APP_INSTANCE_TYPE, ARN, INSTANCE_TYPE, KMS_KEY, ROLE, S3_URI};
use crate::text::tree::At;

/// Reports a text that is not of the form that its key takes. The forms of the head are reported where it is read.
pub(crate) fn mistake(pattern: &str, words: &At<&str>, key: &str) -> Option<Diagnostic> {
    let text = words.it;
    let (is_right, code, what, help) = match pattern {
        ROLE => {
            let help = "write it whole: `arn:aws:iam::111122223333:role/ml`".to_owned();
            (is_role(text), codes::ROLE_SYNTAX, "no ARN of a role", help)
        }
        KMS_KEY => {
            let help = "write the key's id or ARN, or an alias of it: `alias/ml`".to_owned();
            (is_kms_key(text), codes::KMS_KEY_SYNTAX, "no key of KMS", help)
        }
        S3_URI => (is_s3_uri(text), codes::S3_URI_SYNTAX, "no place in S3", s3_help(text)),
        INSTANCE_TYPE => {
            (is_instance_type(text), codes::INSTANCE_TYPE, "no machine of SageMaker", instance_help(text))
        }
        APP_INSTANCE_TYPE => {
            let is_right = text == "system" || is_instance_type(text);
            (is_right, codes::INSTANCE_TYPE, "no machine of SageMaker", instance_help(text))
        }
        ARN => (is_arn(text), codes::ARN_SYNTAX, "no ARN", "write it whole: `arn:aws:…`".to_owned()),
        _ => return None,
    };
    let message = format!("`{key}` is `{text}`, which is {what}");
    (!is_right).then(|| Diagnostic::error(code, message).at(words.span.clone(), "").help(help))
}

fn s3_help(text: &str) -> String {
    match text.strip_prefix("arn:aws:s3:::").filter(|it| !it.is_empty() && !it.starts_with('/')) {
        Some(place) => format!("write `s3://{place}`"),
        None => "write `s3://bucket/prefix`".to_owned(),
    }
}

fn instance_help(text: &str) -> String {
    let with_prefix = format!("ml.{text}");
    match is_instance_type(&with_prefix) {
        true => format!("write `{with_prefix}`"),
        false => "SageMaker's begin with `ml.`, such as `ml.m5.xlarge`".to_owned(),
    }
}

fn is_partition(text: &str) -> bool {
    text.strip_prefix("aws").is_some_and(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_role(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, "iam", "", account, role]
        if is_partition(partition) && is_account(account) && is_below(role, "role/"))
}

fn is_below(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|it| !it.is_empty() && !it.contains('\n'))
}

fn is_kms_key(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    if let ["arn", partition, "kms", region, account, key] = parts.as_slice() {
        let is_region = !region.is_empty()
            && region.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        let is_key = is_below(key, "key/") || is_below(key, "alias/");
        return is_partition(partition) && is_region && is_account(account) && is_key;
    }
    let id = text.strip_prefix("mrk-").unwrap_or(text);
    let is_id = (32..=36).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-');
    is_below(text, "alias/") || is_id
}

fn is_s3_uri(text: &str) -> bool {
    let place = text.strip_prefix("s3://").or_else(|| text.strip_prefix("https://"));
    place.is_some_and(|it| !it.is_empty() && !it.starts_with('/') && !it.contains('\n'))
}

fn is_instance_type(text: &str) -> bool {
    let is_word = |it: &str, more: &[u8]| {
        let is_letter = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || more.contains(&it);
        !it.is_empty() && it.bytes().all(is_letter)
    };
    let parts: Vec<&str> = text.split('.').collect();
    matches!(parts.as_slice(), ["ml", family, size] if is_word(family, b"-") && is_word(size, b""))
}

fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(4, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, service, rest]
        if !partition.is_empty() && !service.is_empty() && !rest.is_empty() && !text.contains('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_kms() {
        for key in [
            "alias/ml",
            "0123abcd-0123-0123-0123-0123456789ab",
            "mrk-0123456789abcdef0123456789abcdef",
            "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-0123-0123-0123456789ab",
            "arn:aws-cn:kms:cn-north-1:111122223333:alias/ml",
        ] {
            assert!(is_kms_key(key), "{key}");
        }
        for other in ["", "ml", "alias/", "arn:aws:kms:eu-west-1:1:key/x", "arn:aws:s3:::bucket"] {
            assert!(!is_kms_key(other), "{other}");
        }
    }

    #[test]
    fn machines() {
        assert!(is_instance_type("ml.c7i-flex.2xlarge"));
        assert!(!is_instance_type("m5.large"));
        assert_eq!(instance_help("m5.large"), "write `ml.m5.large`");
    }

    #[test]
    fn places_in_s3() {
        assert!(is_s3_uri("s3://bucket"));
        assert!(!is_s3_uri("bucket/prefix"));
        assert_eq!(s3_help("arn:aws:s3:::bucket/x"), "write `s3://bucket/x`");
    }
}
