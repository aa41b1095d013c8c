package readme

// README
import io.keyrail.*
import java.security.SecureRandom

fun main() {
    val entropy = ByteArray(32).also { SecureRandom().nextBytes(it) }
    val key = KeyFormat.keyrail().generate("live", entropy)
    println(key) // its id and a mask
    val stored = key.digest().toString() // what a server keeps instead of the key

    val credentials = Scheme.xApiKey().extract(listOf("X-Api-Key" to key.reveal()))
    check(Digest(stored).verify(credentials.key.reveal()))

    val redactor = Redactor(listOf(KeyFormat.keyrail())) // for logs: keys, tokens, passwords
    val line = "x-api-key: ${key.reveal()}, password=hunter22"
    check(redactor.redact(line) == "x-api-key: $key, password=••••••••")

    val mehery = Platform.get("mehery")
    val request = mehery.request("config.channels", variables = listOf("domain" to "abcorp"), credentials = credentials)
    check(request.url == "https://abcorp.mehery.io/xms/api/v1/config/channels")
}
// README
