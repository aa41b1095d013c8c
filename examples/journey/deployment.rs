//! Deployments: their gateways and receivers, and how input lines name them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use keyrail::platform::Platform;
use keyrail::webhook::Verifier;
use keyrail::{Gateway, Secret, Secrets};
use serde::Deserialize;

use crate::failure::Failure;
use crate::input;

/// A deployment with its gateway.
pub struct Deployment {
    /// The file's name without its ending.
    pub name: String,
    pub gateway: Gateway,
    /// The variables of the platform's URLs.
    pub variables: BTreeMap<String, String>,
    /// The receivers' verifiers, by webhook.
    receivers: BTreeMap<String, Verifier>,
}

/// The secrets of all deployments, by the name of the deployment and of the secret.
type SecretsByName = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The part of the document that is needed to build requests. The gateway has already checked the
/// document.
#[derive(Deserialize)]
struct Variables {
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

/// All deployments, in the order in which they were given.
pub struct Deployments(Vec<Deployment>);

impl Deployments {
    /// Reads the deployments and their secrets.
    pub fn read(paths: &[PathBuf], secrets: &Path) -> Result<Self, Failure> {
        let named: SecretsByName = input::document(secrets, &input::text(secrets)?)?;
        let mut all = Vec::<Deployment>::new();
        for path in paths {
            let deployment = Deployment::read(path, secrets, &named)?;
            if all.iter().any(|other| other.name == deployment.name) {
                return Err(Failure::file(
                    path,
                    "another deployment has this name: rename the file",
                ));
            }
            all.push(deployment);
        }
        Ok(Self(all))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Deployment> {
        self.0.iter()
    }

    /// Returns the deployment whose file has this name. If no file has this name, returns the only
    /// deployment of the platform with this name, or `None` if the platform has several
    /// deployments. Without a name, returns the only deployment, or `None` if there are several.
    pub fn find(&self, name: Option<&str>) -> Option<&Deployment> {
        let Some(name) = name else {
            return self.0.first().filter(|_| self.0.len() == 1);
        };
        let by_name = self.0.iter().find(|deployment| deployment.name == name);
        by_name.or_else(|| {
            let mut all = self.0.iter().filter(|one| one.gateway.platform().name() == name);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// Returns the names of all deployments, for the error of an input line that names none of
    /// them.
    pub fn names(&self) -> String {
        self.0.iter().map(|deployment| deployment.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

impl Deployment {
    fn read(path: &Path, secrets: &Path, named: &SecretsByName) -> Result<Self, Failure> {
        let document = input::text(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let own = named.get(&name).or_else(|| named.get(&platform_of(&document)?));
        let own = own.cloned().unwrap_or_default();

        let gateway = Gateway::from_json(&document, secrets_of(&own))
            .map_err(|error| input::faults(path, &document, &error))?;
        let Variables { variables } = input::document(path, &document)?;
        let mut receivers = BTreeMap::new();
        for (id, _) in gateway.table().webhooks() {
            let texts = own.get(&format!("webhook:{id}")).cloned().unwrap_or_default();
            let keys: Vec<Secret> = texts.into_iter().map(Secret::new).collect();
            let verifier = Verifier::new(&keys)
                .map_err(|error| Failure::file(secrets, format!("webhook:{id}: {error}")))?;
            receivers.insert(id.into(), verifier);
        }
        Ok(Self { name, gateway, variables, receivers })
    }

    /// Returns the verifier of a webhook's receiver.
    pub fn receiver(&self, webhook: &str) -> Option<&Verifier> {
        self.receivers.get(webhook)
    }
}

fn secrets_of(named: &BTreeMap<String, Vec<String>>) -> Secrets {
    named.iter().fold(Secrets::new(), |secrets, (name, texts)| {
        secrets.with(name, texts.iter().map(Secret::new))
    })
}

/// Returns the built-in platform that a document names, if any.
fn platform_of(document: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct NamedPlatform {
        platform: String,
    }
    let NamedPlatform { platform } = serde_json::from_str(document).ok()?;
    Platform::get(&platform).ok().map(|_| platform)
}
