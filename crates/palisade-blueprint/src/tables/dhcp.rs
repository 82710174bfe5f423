//! `dhcp` of `[vpc]`: what interfaces are told about names and time.

use core::net::IpAddr;

use palisade_core::Diagnostic;
use palisade_core::kinds::dhcp_options::{AMAZON_DNS, DhcpOptions, NameServer};

use crate::codes;
use crate::grammar::walk::check_not_empty;
use crate::text::tree::{At, Section};

/// How many name servers AWS takes (EC2 API reference, `CreateDhcpOptions`).
const NAME_SERVERS_MAX: usize = 4;
/// How many time servers AWS takes, of each address family.
const NTP_SERVERS_MAX: usize = 4;

/// Reads the table; nothing if it has a mistake.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Option<DhcpOptions> {
    let keys = ["domain-name", "name-servers", "ntp-servers"];
    if keys.iter().all(|it| !section.has(it)) {
        let report = Diagnostic::error(codes::DHCP, "`dhcp` says nothing").at(section.span.clone(), "");
        reports.push(report.help("add `domain-name`, `name-servers` or `ntp-servers`, or leave `dhcp` out"));
        return None;
    }
    let n_before = reports.len();
    let domain_name = section.text("domain-name").map(|it| domain(reports, &it));
    let name_servers = servers(reports, section, "name-servers", &|it| match it {
        AMAZON_DNS => Some(NameServer::Amazon),
        address => address.parse().ok().map(NameServer::Address),
    });
    let ntp_servers = servers(reports, section, "ntp-servers", &|it| it.parse::<IpAddr>().ok());
    check_count(reports, section, "name-servers", name_servers.len(), NAME_SERVERS_MAX);
    let n_ipv6 = ntp_servers.iter().filter(|it| it.is_ipv6()).count();
    check_count(reports, section, "ntp-servers", n_ipv6.max(ntp_servers.len() - n_ipv6), NTP_SERVERS_MAX);
    (reports.len() == n_before).then_some(DhcpOptions { domain_name, name_servers, ntp_servers })
}

fn domain(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> String {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    let is_label = |it: &str| !it.is_empty() && it.len() <= 63 && it.chars().all(is_letter);
    // Some systems take several, with spaces between them.
    let is_domain = !words.it.is_empty() && words.it.split(' ').all(|it| it.split('.').all(is_label));
    if !is_domain {
        let message = format!("`{}` is no domain", words.it);
        let report = Diagnostic::error(codes::DHCP, message).at(words.span.clone(), "");
        reports.push(report.help("write a domain such as `corp.example.com`"));
    }
    words.it.to_owned()
}

fn servers<T>(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    key: &str,
    read: &dyn Fn(&str) -> Option<T>,
) -> Vec<T> {
    check_not_empty(reports, section, key);
    let mut servers = Vec::new();
    for words in section.texts(key) {
        match read(words.it) {
            Some(server) => servers.push(server),
            None => {
                let message = format!("`{}` is no address of a server", words.it);
                let report = Diagnostic::error(codes::DHCP, message).at(words.span, "");
                let or_own =
                    if key == "name-servers" { format!(", or `{AMAZON_DNS}`") } else { String::new() };
                reports.push(report.help(format!("write an IP address{or_own}")));
            }
        }
    }
    servers
}

fn check_count(reports: &mut Vec<Diagnostic>, section: &Section<'_>, key: &str, n: usize, max: usize) {
    if max < n {
        let message = format!("AWS takes {max} `{key}`, not {n}");
        let report = Diagnostic::error(codes::DHCP, message).at(section.value_span(key), "");
        reports.push(report.help("leave some of them out"));
    }
}
