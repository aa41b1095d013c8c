//! The policies of the built-in platforms, as JSON documents.

/// Each policy with the name of its platform.
pub(crate) const PRESETS: &[(&str, &str)] = &[
    (
        "azeer",
        r#"{
            "expiry": {"never": true},
            "roles": {
                "owner": {
                    "scopes": ["read", "read_write"],
                    "actions": ["issue", "reissue", "rotate", "revoke", "disable", "enable",
                        "rename", "set_scope", "set_operations", "set_queues", "set_networks",
                        "set_expiry", "set_metadata"],
                    "keys": "own"
                }
            },
            "authority": "owner"
        }"#,
    ),
    (
        "mehery",
        r#"{
            "expiry": {"never": true},
            "roles": {"admin": {"scopes": ["read", "read_write", "admin"], "actions": ["*"]}}
        }"#,
    ),
    (
        "sceyt",
        r#"{
            "expiry": {"never": true},
            "names": {"required": true},
            "roles": {"admin": {"scopes": ["read", "read_write", "admin"], "actions": ["*"]}},
            "allow_ips": "required"
        }"#,
    ),
    (
        "swellsign",
        r#"{
            "expiry": {"days": [30, 60, 90], "custom": {"min_days": 1, "max_days": 365}},
            "names": {"required": true},
            "roles": {
                "member": {
                    "scopes": ["read", "read_write"],
                    "actions": ["issue", "reissue", "rotate", "revoke", "disable", "rename"]
                },
                "org_admin": {"scopes": ["read", "read_write", "admin"], "actions": ["*"]}
            }
        }"#,
    ),
    (
        "vchatcloud",
        r#"{
            "expiry": {"never": true},
            "roles": {
                "member": {
                    "scopes": ["read", "read_write", "admin"],
                    "actions": ["issue", "reissue", "rotate", "revoke", "disable", "enable",
                        "rename", "set_scope", "set_operations", "set_queues", "set_networks",
                        "set_expiry", "set_metadata"]
                }
            },
            "rotation": {"max_grace_days": 0}
        }"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::PRESETS;
    use crate::Policy;

    #[test]
    fn every_preset_is_a_valid_policy() {
        for (name, json) in PRESETS {
            assert!(Policy::from_json(json).is_ok(), "{name}");
            assert!(Policy::preset(name).is_ok(), "{name}");
        }
        assert_eq!(Policy::preset("Azeer").unwrap_err().code(), "access.unknown_preset");
    }
}
