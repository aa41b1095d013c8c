import Foundation
import Testing

@testable import Keyrail

/// Runs a call for signature schemes of webhooks.
func callWebhookScheme(_ call: String, _ given: Json) throws -> Json {
    let scheme = try given.webhookScheme()
    guard call != "webhook.scheme" else {
        return try given["scheme"]?.text.map { try Json(WebhookScheme.document($0)) } ?? true
    }
    let method = given["method"]?.text ?? "POST"
    let url = given["url"]?.text ?? "https://desk.example/hook"
    let headers = given["headers"] == nil ? [] : try given.pairs("headers")
    let (body, now) = (Data(try given.text("body").utf8), date(try given.integer("now_ms")))
    guard call == "webhook.scheme_verify" else {
        return revealed(
            try scheme.sign(
                Secret(given.text("secret")), method: method, url: url, headers: headers,
                body: body, now: now))
    }
    let verified = try scheme.verify(
        given.texts("secrets").map { Secret($0) }, method: method, url: url, headers: headers,
        body: body, now: now)
    return [
        "id": Json(optional: verified.id),
        "is_id_signed": .boolean(verified.isIdSigned),
        "timestamp_ms": try milliseconds(verified.timestamp).map { Json($0) } ?? .null,
        "covered": Json(verified.covered),
    ]
}

extension Json {
    fileprivate func webhookScheme() throws -> WebhookScheme {
        guard let name = self["scheme"]?.text else {
            return try WebhookScheme(json: configuration("scheme"))
        }
        return try WebhookScheme(named: name)
    }
}
