package io.keyrail

import io.keyrail.ffi.FfiDocument
import io.keyrail.ffi.documentJsonSchema

/**
 * A kind of document that Keyrail reads.
 *
 * @property text its name in all languages.
 */
public enum class Document(public val text: String, private val native: FfiDocument) {
    /** What [Gateway.fromJson] reads. */
    DEPLOYMENT("deployment", FfiDocument.DEPLOYMENT),

    /** What [RouteTable.fromJson] reads. */
    TOPOLOGY("topology", FfiDocument.TOPOLOGY),

    /** What [RouteTable.verify] reads. */
    FIXTURES("fixtures", FfiDocument.FIXTURES),

    /** What [KeyRecord.fromJson] reads. */
    KEY_RECORD("key-record", FfiDocument.KEY_RECORD),

    /** What [KeyFormat.fromJson] reads. */
    KEY_FORMAT("key-format", FfiDocument.KEY_FORMAT),

    /** What [KeyFormatSet.fromJson] reads. */
    KEY_FORMAT_SET("key-format-set", FfiDocument.KEY_FORMAT_SET),

    /** What [MaskPolicy.fromJson] reads. */
    MASK_POLICY("mask-policy", FfiDocument.MASK_POLICY),

    /** What [Platform.fromJson] reads. */
    PLATFORM("platform", FfiDocument.PLATFORM),

    /** What [Scheme.fromJson] reads. */
    SCHEME("scheme", FfiDocument.SCHEME),

    /** What [Trust.fromJson] reads. */
    TRUST("trust", FfiDocument.TRUST);

    /**
     * Returns the JSON Schema (draft 2020-12) of the documents, for editors and for checks
     * before a document is handed over.
     *
     * It accepts every document that is read without a fault. What it cannot express (names
     * that must be known or unique) is checked when the document is read.
     */
    public fun jsonSchema(): String = translatingErrors { documentJsonSchema(native) }
}
