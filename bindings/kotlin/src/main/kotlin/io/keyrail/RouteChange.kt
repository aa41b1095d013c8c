package io.keyrail

import io.keyrail.ffi.FfiRouteChange
import io.keyrail.ffi.FfiRouteMismatch

/**
 * A sample message that the old and the new table route differently.
 *
 * @property sample the index of the message in the samples. The first index is 0.
 * @property old the decision of the old table, or its error.
 * @property new the decision of the new table, or its error.
 */
public data class RouteChange(val sample: Int, val old: RouteResult, val new: RouteResult)

/**
 * A fixture whose message is not routed as expected.
 *
 * @property fixture the index of the fixture in the list. The first index is 0.
 * @property found the decision, or the error if the message could not be routed.
 */
public data class RouteMismatch(val fixture: Int, val found: RouteResult)

internal fun FfiRouteChange.toChange(): RouteChange = RouteChange(sample.toInt(), old.toResult(), new.toResult())

internal fun FfiRouteMismatch.toMismatch(): RouteMismatch = RouteMismatch(fixture.toInt(), found.toResult())
