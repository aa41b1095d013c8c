package io.keyrail

/**
 * Creates lists of pairs for callers in Java, which has no syntax for pairs.
 *
 * ```java
 * scheme.extract(Pairs.of(Map.entry("X-Api-Key", key), Map.entry("Accept", "*&#47;*")));
 * ```
 */
public object Pairs {
    /** Returns the entries as pairs, in their order; a name may occur more than once. */
    @JvmStatic
    public fun <V> of(vararg entries: Map.Entry<String, V>): List<Pair<String, V>> = entries.map { it.toPair() }
}
