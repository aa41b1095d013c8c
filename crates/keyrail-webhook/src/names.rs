//! Domain names that are not on the public internet: special-use domains, names that are common in
//! private networks, and the names of cloud metadata services.

/// Domains that no webhook may target, each with its source. A name is reserved if it is one of
/// these domains or a subdomain of one.
const RESERVED: &[(&str, &str)] = &[
    ("alt", "RFC 9476: names outside the DNS"),
    ("api.metadata.cloud.ibm.com", "IBM Cloud: the metadata of a machine"),
    ("arpa", "RFC 3172: infrastructure, including home.arpa (RFC 8375)"),
    ("cluster", "Kubernetes DNS: cluster domains other than cluster.local"),
    ("consul", "Consul DNS: services and nodes of a data centre"),
    ("corp", "RFC 6762, appendix G; ICANN: not delegated"),
    (
        "default",
        "Kubernetes DNS: services of the default namespace, resolved with a pod's search list",
    ),
    ("home", "RFC 6762, appendix G; ICANN: not delegated"),
    ("internal", "ICANN: reserved for private use, including metadata.google.internal"),
    ("intranet", "RFC 6762, appendix G"),
    ("invalid", "RFC 6761, section 6.4"),
    ("kube-node-lease", "Kubernetes DNS: a namespace"),
    ("kube-public", "Kubernetes DNS: a namespace"),
    ("kube-system", "Kubernetes DNS: a namespace"),
    ("lan", "RFC 6762, appendix G"),
    ("local", "RFC 6762: multicast DNS; includes cluster.local"),
    ("localdomain", "the usual /etc/hosts of Linux distributions"),
    ("localdomain4", "the usual /etc/hosts of Red Hat's distributions"),
    ("localdomain6", "the usual /etc/hosts of Red Hat's distributions"),
    ("localhost", "RFC 6761, section 6.3"),
    ("mail", "ICANN: not delegated, because private networks use it"),
    ("metadata.goog", "Google Cloud: the metadata of a machine"),
    ("metadata.platformequinix.com", "Equinix Metal: the metadata of a machine"),
    ("metadata.tencentyun.com", "Tencent Cloud: the metadata of a machine"),
    ("onion", "RFC 7686: Tor"),
    ("pod", "Kubernetes DNS: pods by address, without the cluster domain"),
    ("private", "RFC 6762, appendix G"),
    ("svc", "Kubernetes DNS: services, without the cluster domain"),
    ("test", "RFC 6761, section 6.2"),
];

/// Returns whether a name is a reserved domain or a subdomain of one.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|(domain, _)| is_within(name, domain))
}

/// Returns whether a name is the domain or a subdomain of it.
fn is_within(name: &str, domain: &str) -> bool {
    let start = name.len().checked_sub(domain.len());
    let Some((before, end)) = start.and_then(|start| name.split_at_checked(start)) else {
        return false;
    };
    end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::{RESERVED, is_reserved};

    #[test]
    fn a_reserved_domain_covers_only_itself_and_its_subdomains() {
        for (domain, source) in RESERVED {
            assert!(is_reserved(domain) && is_reserved(&domain.to_ascii_uppercase()), "{source}");
            assert!(is_reserved(&format!("a.b.{domain}")), "{domain}");
            assert!(!is_reserved(&format!("a{domain}")), "{domain}");
            assert!(!is_reserved(&format!("{domain}.example.com")), "{domain}");
        }
        assert!(!is_reserved("tencentyun.com") && !is_reserved("default.example"));
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(RESERVED.is_sorted_by_key(|(domain, _)| *domain));
    }
}
