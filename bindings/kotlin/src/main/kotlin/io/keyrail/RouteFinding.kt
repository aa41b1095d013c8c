package io.keyrail

import io.keyrail.ffi.FfiRouteFinding

/**
 * A suspicious part of a topology. [toString] returns a sentence for a person.
 *
 * @property code the stable, dotted code. It is `route.never_matches`, `route.shadowed`,
 *   `route.overlap`, `route.undecided`, `route.app_without_webhook`, `route.unreachable_queue` or
 *   `route.no_default`.
 * @property rules the rules concerned. The first is the rule that the finding is about. If the code
 *   is `route.shadowed`, the others are the rules that match earlier. If the code is
 *   `route.overlap`, the other is the rule that is declared later. The list is empty if the finding
 *   is about an app, a queue or a channel.
 * @property app the app concerned, if the finding is about one.
 * @property queue the queue concerned, if the finding is about one.
 * @property channel the channel concerned, if the finding is about one.
 * @property text a sentence for a person.
 */
public data class RouteFinding(
    val code: String,
    val rules: List<String>,
    val app: String?,
    val queue: String?,
    val channel: String?,
    val text: String,
) {
    /** Returns the [text]. */
    override fun toString(): String = text
}

internal fun FfiRouteFinding.toFinding(): RouteFinding = RouteFinding(code, rules, app, queue, channel, text)
