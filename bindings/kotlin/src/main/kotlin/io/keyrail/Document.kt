package io.keyrail

import io.keyrail.ffi.FfiDocument
import io.keyrail.ffi.documentJsonSchema

/**
 * A kind of document that Keyrail reads.
 *
 * @property text its name in all languages.
 */
public enum class Document(public val text: String, private val native: FfiDocument) {
    /** The document of a [Gateway]. */
    DEPLOYMENT("deployment", FfiDocument.DEPLOYMENT),

    /** The document of a [RouteTable]. */
    TOPOLOGY("topology", FfiDocument.TOPOLOGY),

    /** What a [RouteTable] verifies. */
    FIXTURES("fixtures", FfiDocument.FIXTURES),

    /** The document of a [KeyRecord]. */
    KEY_RECORD("key-record", FfiDocument.KEY_RECORD),

    /** The document of a [KeyFormat]. */
    KEY_FORMAT("key-format", FfiDocument.KEY_FORMAT),

    /** The document of a [KeyFormatSet]. */
    KEY_FORMAT_SET("key-format-set", FfiDocument.KEY_FORMAT_SET),

    /** The document of a [MaskPolicy]. */
    MASK_POLICY("mask-policy", FfiDocument.MASK_POLICY),

    /** The document of a [Platform]. */
    PLATFORM("platform", FfiDocument.PLATFORM),

    /** The document of a [Scheme]. */
    SCHEME("scheme", FfiDocument.SCHEME),

    /** The document of a [Trust]. */
    TRUST("trust", FfiDocument.TRUST);

    /**
     * Returns the JSON Schema (draft 2020-12) of the documents.
     *
     * It accepts every document that is read without a fault. What it cannot express (names
     * that must be known or unique) is checked when the document is read.
     */
    public fun jsonSchema(): String = translatingErrors { documentJsonSchema(native) }
}
