package io.keyrail

import io.keyrail.ffi.FfiDocument
import io.keyrail.ffi.documentJsonSchema

/**
 * A kind of document that Keyrail reads.
 *
 * @property text its name in all languages.
 */
public enum class Document(public val text: String, private val native: FfiDocument) {
    /** What a [Gateway] is made of. */
    DEPLOYMENT("deployment", FfiDocument.DEPLOYMENT),

    /** What a [RouteTable] is made of. */
    TOPOLOGY("topology", FfiDocument.TOPOLOGY),

    /** What a [RouteTable] verifies. */
    FIXTURES("fixtures", FfiDocument.FIXTURES),

    /** What a [KeyRecord] is made of. */
    KEY_RECORD("key-record", FfiDocument.KEY_RECORD),

    /** What a [KeyFormat] is made of. */
    KEY_FORMAT("key-format", FfiDocument.KEY_FORMAT),

    /** What a [KeyFormatSet] is made of. */
    KEY_FORMAT_SET("key-format-set", FfiDocument.KEY_FORMAT_SET),

    /** What a [MaskPolicy] is made of. */
    MASK_POLICY("mask-policy", FfiDocument.MASK_POLICY),

    /** What a [Platform] is made of. */
    PLATFORM("platform", FfiDocument.PLATFORM),

    /** What a [Scheme] is made of. */
    SCHEME("scheme", FfiDocument.SCHEME),

    /** What a [Trust] is made of. */
    TRUST("trust", FfiDocument.TRUST);

    /**
     * Returns the JSON Schema (draft 2020-12) of the documents.
     *
     * It accepts every document that is read without a fault. What it cannot say (names
     * that must be known or unique) is checked when the document is read.
     */
    public fun jsonSchema(): String = translatingErrors { documentJsonSchema(native) }
}
