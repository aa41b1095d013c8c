@file:JvmName("JavaHttp")

package io.keyrail

import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers

/**
 * Returns the request for `java.net.http.HttpClient`. It contains the credentials unmasked, so
 * log the [Request] instead.
 */
public fun Request.toHttpRequest(): HttpRequest {
    val publisher = body?.let(BodyPublishers::ofByteArray) ?: BodyPublishers.noBody()
    val request = HttpRequest.newBuilder(URI.create(url)).method(method, publisher)
    for ((name, value) in headers) request.header(name, value.reveal())
    return request.build()
}
