//! The JSON Schemas of the documents.

use keyrail::Document;

/// See [`Document`].
#[derive(Clone, Copy, Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "these are the kinds of Document")]
pub enum FfiDocument {
    Deployment,
    Topology,
    Fixtures,
    KeyRecord,
    KeyFormat,
    KeyFormatSet,
    Platform,
    Scheme,
    Trust,
}

/// See [`Document::json_schema`].
#[uniffi::export]
pub fn document_json_schema(document: FfiDocument) -> String {
    Document::from(document).json_schema()
}

impl From<FfiDocument> for Document {
    fn from(document: FfiDocument) -> Self {
        match document {
            FfiDocument::Deployment => Self::Deployment,
            FfiDocument::Topology => Self::Topology,
            FfiDocument::Fixtures => Self::Fixtures,
            FfiDocument::KeyRecord => Self::KeyRecord,
            FfiDocument::KeyFormat => Self::KeyFormat,
            FfiDocument::KeyFormatSet => Self::KeyFormatSet,
            FfiDocument::Platform => Self::Platform,
            FfiDocument::Scheme => Self::Scheme,
            FfiDocument::Trust => Self::Trust,
        }
    }
}
