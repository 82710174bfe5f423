//! CIDR blocks as the author writes them.

use ipnet::{IpNet, Ipv4Net};
use palisade_core::Diagnostic;

use crate::codes;
use crate::text::tree::At;

/// Reads a block of either family; one with host bits set is a mistake, since AWS would silently mean another block.
pub(crate) fn any(reports: &mut Vec<Diagnostic>, text: &At<&str>) -> Option<IpNet> {
    let report = match text.it.parse::<IpNet>() {
        // Elsewhere, a zero in front makes an octal number of it.
        Ok(block @ IpNet::V4(_)) if block.to_string() != text.it => {
            let message = format!("`{}` is no CIDR block: a number has zeros in front", text.it);
            let report = Diagnostic::error(codes::CIDR_SYNTAX, message).at(text.span.clone(), "");
            report.help(format!("write `{}`", block.trunc()))
        }
        Ok(block) if block == block.trunc() => return Some(block),
        Ok(block) => {
            let message = format!("`{block}` has host bits set");
            let report = Diagnostic::error(codes::CIDR_HOST_BITS, message).at(text.span.clone(), "");
            report.help(format!("write `{}`", block.trunc()))
        }
        Err(_) => {
            let message = format!("`{}` is no CIDR block", text.it);
            let report = Diagnostic::error(codes::CIDR_SYNTAX, message).at(text.span.clone(), "");
            match text.it.parse::<core::net::IpAddr>() {
                _ if text.it == "internet" => report.help("write `0.0.0.0/0` for every address"),
                Ok(address) => report.help(format!("write `{}` for the one address", IpNet::from(address))),
                Err(_) => report.help("write an address and a length, such as `10.40.0.0/16`"),
            }
        }
    };
    reports.push(report);
    None
}

/// Reads an IPv4 block.
pub(crate) fn ipv4(reports: &mut Vec<Diagnostic>, text: &At<&str>) -> Option<Ipv4Net> {
    match any(reports, text)? {
        IpNet::V4(block) => Some(block),
        IpNet::V6(block) => {
            let message = format!("`{block}` is an IPv6 block");
            let report =
                Diagnostic::error(codes::CIDR_FAMILY, message).at(text.span.clone(), "IPv4 is needed here");
            reports.push(report.help("write an IPv4 block, such as `10.40.0.0/16`"));
            None
        }
    }
}

/// Returns whether two blocks share an address.
pub(crate) fn overlap(a: &Ipv4Net, b: &Ipv4Net) -> bool {
    a.contains(b) || b.contains(a)
}

/// Returns the IPv4 block that is written down in palisade itself.
pub(crate) fn fixed(text: &str) -> Ipv4Net {
    text.parse().expect("a block that is written in the source")
}
