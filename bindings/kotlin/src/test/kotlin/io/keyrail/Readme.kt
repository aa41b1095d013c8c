package readme

// README
import io.keyrail.*
import java.security.SecureRandom

fun main() {
    val entropy = ByteArray(32).also { SecureRandom().nextBytes(it) }
    KeyFormat.keyrail().generate("live", entropy).use { key ->
        println(key) // its id and a mask
        val stored = key.digest().toString() // what a server keeps instead of the key

        Scheme.xApiKey().extract(listOf("X-Api-Key" to key.reveal())).use { credentials ->
            check(Digest(stored).verify(credentials.key.reveal()))

            val variables = listOf("domain" to "abcorp")
            Platform.get("mehery").request("config.channels", variables, credentials = credentials).use { request ->
                check(request.url == "https://abcorp.mehery.io/xms/api/v1/config/channels")
            }
        }

        // Masks tokens, passwords and keys of these formats in logs. Add your own formats here.
        val redactor = Redactor(listOf(KeyFormat.keyrail()))
        val line = "x-api-key: ${key.reveal()}, password=hunter22"
        check(redactor.redact(line) == "x-api-key: $key, password=••••••••")
    }
}
// README
